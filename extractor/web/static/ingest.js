// Files dropped on the page are sent with a bar that grows; then the page asks how they fare.
import { $, page, say, token } from "./page.js";

const form = $("#drop"), input = $("#files"), bar = $("#progress"), chosen = $("#chosen");
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

// the browser's own field speaks the browser's language: with a script the page says what is chosen
input.classList.add("unseen");
chosen.hidden = false;
input.addEventListener("change", name);
form.addEventListener("reset", () => setTimeout(name));

function name() {
  const names = [...input.files].map((file) => file.name), { chosen: said, none } = chosen.dataset;
  $("span", chosen).textContent = names.length ? `${said} ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` … (${names.length})` : ""}` : none;
}

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
  request.upload.onprogress = (event) => tell(bar.dataset.sending, event.lengthComputable ? 100 * event.loaded / event.total : 0);
  request.onload = () => {
    if (request.status !== 202) return tell(why(request), 0);
    const { batch } = JSON.parse(request.responseText);
    bar.hidden = true;
    form.reset();
    history.pushState({}, "", batch);
    follow(batch);
  };
  request.onerror = () => tell(bar.dataset.failed, 0);
  tell(bar.dataset.sending, 0);
  request.send(body);
}

/** What the server's own page says of an error. */
function why(request) {
  const error = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("h1 + p");
  return error?.textContent.trim() || `${bar.dataset.failed} (${request.status})`;
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
