// Keys of the review console. Every page works without this script: it only presses the buttons of its forms.
"use strict";

(() => {
  const KEYS_OFF = "opsec-keys-off";
  const single = document.querySelector("form[data-decide]"); // the page of one clip
  const form = document.getElementById("decide-form"); // the queue
  const dialog = document.getElementById("decision-dialog");
  const help = document.getElementById("help");
  const keysOn = document.getElementById("keys-on");

  // ── keys of either page ────────────────────────────────────────────────────────────────────
  function actionOf(event, actions) {
    if (event.key === "?" || event.key === "؟") {
      return actions["?"];
    }
    const latin = /^[a-z]$/.test(event.key);
    // With an Arabic layout the letters are others; the places of the keys are the same.
    const name = latin ? event.key : /^Key[A-Z]$/.test(event.code) && event.code.slice(3).toLowerCase();
    return name && Object.hasOwn(actions, name) ? actions[name] : null;
  }

  function isTyping(target) {
    const isText = target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
    return isText || target.closest("dialog") !== null;
  }

  function listen(actions) {
    document.addEventListener("keydown", (event) => {
      const isQuestion = event.key === "?" || event.key === "؟";
      if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !isQuestion)) {
        return;
      }
      if (event.isComposing || isTyping(event.target) || localOff()) {
        return;
      }
      const action = actionOf(event, actions);
      if (action) {
        event.preventDefault();
        action();
      }
    });
  }

  function localOff() {
    try {
      return localStorage.getItem(KEYS_OFF) !== null;
    } catch {
      return keysOn ? !keysOn.checked : false; // without storage the choice lasts as long as the page
    }
  }

  // The browser asks for a missing reason beside its field, before anything is sent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form.decide button");
    const why = button?.form.elements.why;
    if (why && !button.closest("dialog")) {
      why.required = button.value === "dismissed" || button.value === "rejected";
      why.setCustomValidity(why.required && why.value.trim() === "" ? (why.dataset.invalid ?? "") : "");
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.name === "why") {
      event.target.setCustomValidity("");
    }
  });

  if (single) {
    const click = (selector) => single.querySelector(selector)?.click();
    listen({
      c: () => click("button[value=confirmed]"),
      t: () => click("button[value=takedown_requested]"),
      u: () => click("button[formaction]"),
      d: () => single.elements.why.focus(),
      n: () => single.elements.why.focus(),
      b: () => document.querySelector("header.bar .home").click(),
    });
  }
  if (!form) {
    return;
  }

  const rows = () => [...document.querySelectorAll("li.row")];
  const boxOf = (row) => row.querySelector("input[name=finding]");
  const selected = () => rows().filter((row) => boxOf(row).checked);
  let current = null; // number of the finding that the keys apply to

  const currentRow = () => rows().find((row) => row.dataset.finding === current) ?? null;

  function setCurrent(row, focus) {
    for (const one of rows()) {
      one.removeAttribute("aria-current");
    }
    if (!row) {
      return;
    }
    current = row.dataset.finding;
    row.setAttribute("aria-current", "true");
    if (focus) {
      row.querySelector("a.open").focus();
      row.scrollIntoView({ block: "nearest" });
    }
  }

  function step(by) {
    const all = rows();
    const at = all.indexOf(currentRow());
    setCurrent(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)], true);
  }

  function showCount() {
    const output = document.getElementById("selected");
    const count = selected().length;
    output.hidden = count === 0;
    output.textContent = output.dataset.template.replace("#", String(count));
  }

  // ── decisions ──────────────────────────────────────────────────────────────────────────────
  let lent = null; // the box that was checked only for one decision about the current finding

  function choose() {
    if (selected().length === 0 && currentRow()) {
      lent = boxOf(currentRow());
      lent.checked = true;
    }
    return selected().length > 0;
  }

  function giveBack() {
    if (lent) {
      lent.checked = false;
      lent = null;
    }
    showCount();
  }

  function press(selector, values) {
    if (!choose()) {
      return;
    }
    for (const [name, value] of Object.entries(values ?? {})) {
      form.elements[name].value = value;
    }
    form.querySelector(selector).click();
  }

  const decide = (state, values) => press(`button[name=state][value=${state}]`, values);

  function openDialog(state) {
    if (selected().length === 0 && !currentRow()) {
      return;
    }
    const fields = dialog.querySelector("form").elements;
    fields.state.value = state;
    fields.why.value = form.elements.why.value;
    fields.until.value = form.elements.until.value;
    forgetRefusals();
    showUntil();
    dialog.showModal();
    fields.why.focus();
  }

  function showUntil() {
    const fields = dialog.querySelector("form").elements;
    const dismisses = fields.state.value === "dismissed";
    dialog.querySelector("[data-only=dismissed]").hidden = !dismisses;
    fields.why.required = dismisses || fields.state.value === "rejected";
  }

  // A browser words its own refusal in its own language, which may not be that of the page.
  function forgetRefusals() {
    dialog.querySelectorAll("[data-invalid]").forEach((field) => field.setCustomValidity(""));
  }

  dialog.addEventListener("invalid", (event) => event.target.setCustomValidity(event.target.dataset.invalid ?? ""), true);
  dialog.addEventListener("input", forgetRefusals);
  dialog.addEventListener("change", forgetRefusals);
  dialog.addEventListener("change", showUntil);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = event.target.elements;
    const until = fields.state.value === "dismissed" ? fields.until.value : "";
    dialog.close();
    decide(fields.state.value, { why: fields.why.value, until });
  });
  dialog.addEventListener("close", () => currentRow()?.querySelector("a.open").focus());

  // ── after a decision ───────────────────────────────────────────────────────────────────────
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) {
      return;
    }
    if (event.detail.xhr.status < 400) {
      form.elements.why.value = "";
      form.elements.until.value = "";
    }
    giveBack();
    setCurrent(currentRow(), !document.activeElement || document.activeElement === document.body);
  });
  document.addEventListener("htmx:sendError", () => location.reload()); // the console has ended: the browser says so

  // ── keys of the queue ──────────────────────────────────────────────────────────────────────
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    o: () => currentRow()?.querySelector("a.open").click(),
    x: () => {
      const row = currentRow();
      if (row) {
        boxOf(row).checked = !boxOf(row).checked;
        showCount();
      }
    },
    a: () => {
      const all = rows();
      const check = selected().length < all.length;
      all.forEach((row) => {
        boxOf(row).checked = check;
      });
      showCount();
    },
    c: () => decide("confirmed"),
    t: () => decide("takedown_requested"),
    u: () => press("button[formaction]"),
    d: () => openDialog("dismissed"),
    n: () => openDialog("confirmed"),
    "?": () => {
      help.open = !help.open;
      if (help.open) {
        help.querySelector("summary").focus();
      } else {
        currentRow()?.querySelector("a.open").focus();
      }
    },
  };

  listen(actions);
  keysOn.checked = !localOff();
  keysOn.addEventListener("change", () => {
    try {
      if (keysOn.checked) {
        localStorage.removeItem(KEYS_OFF);
      } else {
        localStorage.setItem(KEYS_OFF, "1");
      }
    } catch {
      // as above
    }
  });

  document.addEventListener("change", showCount);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("li.row");
    if (row && row.dataset.finding !== current) {
      setCurrent(row, false);
    }
  });
  showCount();
})();
