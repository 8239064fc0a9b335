import { $ } from "./page.js";

const button = $("#print");
button.hidden = false;
button.addEventListener("click", () => print());
