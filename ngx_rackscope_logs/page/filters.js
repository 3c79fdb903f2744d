// SPDX-License-Identifier: BSD-2-Clause

// The controls of the filters, and the address of the page, which has the same
// values.

import { ui } from "./dom.js";
import { FILTERS, compileFilter, noFilter, readQuery, writeQuery } from "./filter.js";

// ms without a further letter, after which what was typed is applied
const TYPING_PAUSE = 150;

// A search box like the first one, after those that are there.

function addBox({ id, label }) {
    const box = ui.search.cloneNode();

    box.id = id;
    box.placeholder = label;
    box.setAttribute("aria-label", label);
    ui.regex.before(box);
    return box;
}

// "page" has problems, and its filter(filter, newest) is called for each
// change.

export class Filters {
    constructor(page) {
        this.page = page;
        this.state = readQuery(location.search);
        this.timer = 0;
        this.controls = Object.entries(FILTERS).map(([name, row]) =>
            ({ ...row, name, element: ui[row.id] ?? addBox(row) }));

        for (const control of this.controls) {
            control.element.addEventListener(control.event,
                () => this.changed(control));
        }

        ui.reset.addEventListener("click", () => this.reset());
    }

    changed({ event, element, read, show }) {
        if (event === "input") {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.read(), TYPING_PAUSE);
            return;
        }

        if (event === "click") {
            show(element, !read(element));
        }

        this.read();
    }

    // From the controls.

    read() {
        clearTimeout(this.timer);
        this.timer = 0;

        for (const { name, element, read } of this.controls) {
            this.state[name] = read(element);
        }

        this.apply();
    }

    // To the controls, and to the address.

    show() {
        for (const { name, element, show } of this.controls) {
            show(element, this.state[name]);
        }

        const query = writeQuery(this.state, location.search);

        if (query !== location.search) {
            history.replaceState(history.state, "",
                location.pathname + query + location.hash);
        }
    }

    // While a regular expression is wrong, the lines stay those of the last one
    // that was right.

    apply() {
        const { state, page } = this;
        let wrong = "";

        for (const control of this.controls) {
            if (control.event === "input") {
                wrong ||= this.check(control);
            }
        }

        this.show();

        if (wrong) {
            page.problems.say("pattern",
                `This is no regular expression yet: ${wrong}`);
        } else {
            page.problems.end("pattern");
            page.filter(compileFilter(state), state.newest);
        }
    }

    check({ element, match }) {
        let wrong = "";

        try {
            match(this.state);
        } catch (error) {
            wrong = error.message;
        }

        element.setAttribute("aria-invalid", wrong !== "");
        return wrong;
    }

    // Everything is shown, or everything that has this text in it.

    reset(q = "") {
        clearTimeout(this.timer);
        this.timer = 0;
        Object.assign(this.state, noFilter(), { q });
        this.apply();
    }

    // Applies what was typed a moment ago.

    flush() {
        if (this.timer) {
            this.read();
        }
    }
}
