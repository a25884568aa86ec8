"use strict";
// fetches the page again, and puts its content in the place of what is shown
setInterval(async () => {
  try {
    const response = await fetch("./");
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.body.classList.remove("stale");
    document.querySelector("#refreshed").textContent =
      "refreshed at " + new Date().toLocaleTimeString();
  } catch {
    document.body.classList.add("stale");
  }
}, 2000);
