// SPDX-License-Identifier: BSD-2-Clause

// The keyboard. The reader can switch the single-key shortcuts off; Esc, Enter,
// End and the arrows work even then.

import { openDialog } from "./dialogs.js";
import { ui } from "./dom.js";

function isTyping(target) {
    return target.closest("select, textarea, [contenteditable]") !== null
        || (target.matches("input")
            && !["radio", "checkbox"].includes(target.type));
}

function searchKeys(event, page) {
    const box = event.target;

    if (event.key === "Escape") {
        event.preventDefault();

        if (box.value) {
            box.value = "";
            page.filters.read();
        } else {
            ui.log.focus();
        }
    } else if (event.key === "Enter" && box.id === "search") {
        event.preventDefault();
        page.filters.flush();
        page.hit(event.shiftKey ? -1 : 1, false);
    }
}

function closeCurrent({ list }) {
    if (list.current?.open) {
        list.toggle(list.current, false);
        list.select(list.current, { stay: false });
    }
}

function step(page, by) {
    page.go(page.list.find(by, () => true), true);
}

const SINGLE_KEYS = {
    "/": () => {
        ui.search.focus();
        ui.search.select();
    },
    "?": () => openDialog(ui.helpDialog),
    p: (page) => page.pause(!page.list.paused),
    j: (page) => step(page, 1),
    k: (page) => step(page, -1),
    n: (page) => page.hit(1),
    N: (page) => page.hit(-1),
    e: (page) => page.nextError(1),
    E: (page) => page.nextError(-1),
    r: ({ list, request }) => request.openOf(list.current),
};

const FIXED_KEYS = {
    Escape: (page) => closeCurrent(page),
    End: ({ list }) => list.follow(),
};

// Only while the list has the focus.

const LIST_KEYS = {
    ArrowDown: (page) => step(page, 1),
    ArrowUp: (page) => step(page, -1),
    ArrowRight: ({ list }) => list.toggleRun(list.current?.run, true),
    ArrowLeft: ({ list }) => list.toggleRun(list.current?.run, false),
};

export function setUpKeys(page) {
    document.addEventListener("keydown", (event) => {
        const { key, target } = event;

        if (event.ctrlKey || event.altKey || event.metaKey
            || event.defaultPrevented || event.isComposing
            || document.querySelector("dialog[open]")) {
            return;
        }

        if (target.matches("[type=search]")) {
            searchKeys(event, page);
            return;
        }

        if (isTyping(target)) {
            return;
        }

        if (page.request.id && key !== "?") {
            if (page.request.pressed(key)) {
                event.preventDefault();
            }

            return;
        }

        const inList = ui.log.contains(target);
        const run = FIXED_KEYS[key] || (inList && LIST_KEYS[key])
            || (page.settings.keys && SINGLE_KEYS[key]);

        if (key === "Enter" && page.list.current
            && (target === ui.log || target === document.body)) {
            page.list.toggle(page.list.current);
        } else if (run) {
            event.preventDefault();
            run(page);
        }
    });
}
