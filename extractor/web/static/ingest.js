// Files dropped on the page are sent with a bar that grows; then the page asks how they fare.
import { $, page, say, token } from "./page.js";

const form = $("#drop"), input = $("#files"), bar = $("#progress");
const EVERY = 600;

for (const kind of ["dragenter", "dragover"])
  addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
for (const kind of ["dragleave", "drop"])
  addEventListener(kind, (event) => { if (kind === "drop" || !event.relatedTarget) form.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer?.files.length) send([...event.dataTransfer.files]);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (input.files.length) send([...input.files]);
});

function tell(text, share) {
  bar.hidden = false;
  $("p", bar).textContent = text;
  $("progress", bar).value = share;
}

function send(files) {
  const body = new FormData();
  body.append("csrf_token", token());
  for (const file of files) body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", "/ingest");
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRF-Token", token());
  request.responseType = "json";
  request.upload.onprogress = (event) => tell(bar.dataset.sending, event.lengthComputable ? 100 * event.loaded / event.total : 0);
  request.onload = () => {
    if (request.status !== 202) return tell(`${bar.dataset.failed} (${request.status})`, 0);
    bar.hidden = true;
    form.reset();
    history.pushState({}, "", request.response.batch);
    follow(request.response.batch);
  };
  request.onerror = () => tell(bar.dataset.failed, 0);
  tell(bar.dataset.sending, 0);
  request.send(body);
}

async function follow(address) {
  for (;;) {
    const found = (await page(address)).document;
    $("#batch").replaceWith(found.getElementById("batch"));
    if (!$("[data-running]")) break;
    await new Promise((done) => setTimeout(done, EVERY));
  }
  say($("#batch [data-say]")?.textContent ?? "");
}

addEventListener("popstate", () => location.reload());
const running = $("[data-running]");
if (running) follow(running.dataset.running);
