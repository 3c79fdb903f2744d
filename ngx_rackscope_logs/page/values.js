// SPDX-License-Identifier: BSD-2-Clause

// Filtering by a value. A click on a value leaves only the lines that have it,
// and a click with Alt only those that do not. In the details the name of a
// field opens a menu, which does the same for the keyboard, and for what is in
// a list or an object.

import { fieldLeaves } from "./details.js";
import { ui } from "./dom.js";
import { make } from "./row.js";
import { formatTerm } from "./terms.js";

// The name that the menu belongs to, and where it was when the menu opened.
let opener = null;
let openedAt = 0;

const topOf = (element) => element.getBoundingClientRect().top;

// A line of a request may be one that the list hides: then the term takes the
// place of those that ask for another value of its field.

function addTerm(page, entry, term) {
    page.filters.addTerm(term, !entry.match && !term.not);
}

function choose(page, entry, term) {
    addTerm(page, entry, term);

    if (page.list.shown.includes(entry)) {
        page.list.select(entry, { stay: false });
    } else {
        ui.log.focus({ preventScroll: true });
    }
}

function addItem(page, entry, term) {
    const text = formatTerm({ ...term, not: false });
    const item = make("button", "", `${term.not ? "Without" : "Only"} ${text}`);

    item.type = "button";
    item.tabIndex = -1;
    item.setAttribute("role", "menuitem");
    item.addEventListener("click", () => {
        ui.menu.hidePopover();
        choose(page, entry, term);
    });
    ui.menu.append(item);
}

function openMenu(page, entry, button) {
    const { menu } = ui;

    menu.replaceChildren();
    menu.setAttribute("aria-label", `Filter by ${button.textContent}`);

    for (const leaf of fieldLeaves(entry, button.dataset.field)) {
        addItem(page, entry, leaf);
        addItem(page, entry, { ...leaf, not: true });
    }

    menu.showPopover();
    opener = button;
    openedAt = topOf(button);

    const { left, bottom } = button.getBoundingClientRect();

    menu.style.left = `${Math.min(left, innerWidth - menu.offsetWidth)}px`;
    menu.style.top = `${Math.min(bottom, innerHeight - menu.offsetHeight)}px`;
    menu.firstChild.focus();
}

const MENU_STEPS = {
    ArrowDown: (at) => at + 1,
    ArrowUp: (at) => at - 1,
    Home: () => 0,
    End: () => -1,
};

export function setUpMenu() {
    const { menu } = ui;

    menu.addEventListener("keydown", (event) => {
        const items = [...menu.children];
        const step = MENU_STEPS[event.key];

        // the keys of the page are not meant
        event.stopPropagation();

        if (step) {
            const at = step(items.indexOf(document.activeElement));

            event.preventDefault();
            items.at(at % items.length).focus();
        } else if (["Escape", "Tab"].includes(event.key)) {
            event.preventDefault();
            menu.hidePopover();
        }
    });

    // the news of a scroll before the click may come after it
    for (const box of [ui.log, ui.request]) {
        box.addEventListener("scroll", () => {
            if (opener && topOf(opener) !== openedAt) {
                menu.hidePopover();
            }
        }, { passive: true });
    }
}

// Whether a click was on a value, or on the name of a field.

export function clickValue(page, entry, { target, altKey }) {
    const box = target.closest("[data-field], .logger");

    if (!box || (!box.matches("button") && !getSelection().isCollapsed)) {
        return false;
    }

    if (box.matches("button")) {
        openMenu(page, entry, box);
    } else {
        const field = box.dataset.field ?? "logger";

        addTerm(page, entry, { name: field, value: entry.record[field],
            not: altKey });
    }

    return true;
}
