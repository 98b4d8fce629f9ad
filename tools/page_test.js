// Added to the page by page_test.sh: uses each control and notes what is not as it should be.
const wrong = [];
const check = (what, holds) => { if (!holds) wrong.push(what); };
const rows = () => document.querySelectorAll("#matrix tr[data-rule]").length;
const change = (id, apply) => {
  const control = document.getElementById(id);
  apply(control);
  control.dispatchEvent(new Event(control.type === "search" ? "input" : "change",
    {bubbles: true}));
};
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));

try {
  const all = rows();
  check("every rule has a row", all === rules.length && all > 10);
  check("two platforms have columns", document.querySelectorAll("#matrix thead th").length === 3);

  change("search", (search) => { search.value = "repeats EOF"; });
  check("search finds by words in any case", rows() > 0 && rows() < all);
  check("sections follow the search",
    [...document.querySelectorAll("#rules > section")].filter(one => !one.hidden).length === rows());
  change("search", (search) => { search.value = "no such words anywhere"; });
  check("search may find nothing", rows() === 0);
  change("search", (search) => { search.value = ""; });
  check("an empty search shows all", rows() === all);

  change("differences", (box) => { box.checked = true; });
  check("one rule differs", rows() === 1 &&
    document.querySelector("#matrix tr[data-rule]").dataset.rule === "pipe.eof.repeats");
  change("differences", (box) => { box.checked = false; });

  for (const verdict of ["pass", "unsupported"]) {
    if (document.getElementById("verdict-" + verdict)) {
      change("verdict-" + verdict, (box) => { box.checked = false; });
    }
  }
  check("only the rule that is not kept is left", rows() === 1);
  for (const verdict of ["pass", "unsupported"]) {
    if (document.getElementById("verdict-" + verdict)) {
      change("verdict-" + verdict, (box) => { box.checked = true; });
    }
  }
  check("and all come back", rows() === all);

  const cells = document.querySelectorAll("#matrix td a");
  check("one cell is a stop of the Tab key", [...cells].filter(a => a.tabIndex === 0).length === 1);
  cells[0].focus();
  press("ArrowRight");
  check("right goes right", document.activeElement === cells[1]);
  press("ArrowDown");
  check("down goes down", document.activeElement === cells[3]);
  press("ArrowUp");
  press("Home");
  check("home goes to the first", document.activeElement === cells[0]);
  press("End");
  check("end goes to the last", document.activeElement === cells[1]);

  const target = document.querySelector("#matrix td.unknown a");
  target.click();
  const section = document.getElementById(target.getAttribute("href").slice(1));
  check("a cell leads to its rule", location.hash === "#pipe.eof.repeats" && section !== null);
  check("the rule says what was seen", section.textContent.includes("exit status 9"));
  check("and how to see it again", section.textContent.includes("ipcspec run pipe.eof.repeats"));

  const background = () => getComputedStyle(document.body).backgroundColor;
  const before = background();
  document.getElementById("theme").click();
  check("the theme changes", background() !== before);
  document.getElementById("theme").click();
  check("and back", background() === before);

  const platforms = document.querySelectorAll("#platforms details");
  check("three platforms have facts", platforms.length === 3);
  platforms[0].querySelector("summary").click();
  check("the missing one says so", platforms[2].textContent.includes("/no/such is missing"));
  check("nothing sticks out of the page",
    document.documentElement.scrollWidth <= document.documentElement.clientWidth);
} catch (error) {
  wrong.push(String(error));
}
const seen = document.createElement("pre");
seen.id = "seen";
seen.textContent = wrong.length === 0 ? "all as expected" : wrong.join("; ");
document.body.append(seen);
