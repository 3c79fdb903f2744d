// SPDX-License-Identifier: BSD-2-Clause

// The filters as people set them, and as the address has them.

import { ui } from "./dom.js";
import { compileFilter, noFilter, readQuery, toPattern, writeQuery } from "./filter.js";

const DEBOUNCE = 150;

// "page" gets filter(filter, newest) and has problems.

export class Filters {
    constructor(page) {
        this.page = page;
        this.state = readQuery(location.search);
        this.timer = 0;

        for (const box of [ui.search, ui.exclude]) {
            box.addEventListener("input", () => {
                clearTimeout(this.timer);
                this.timer = setTimeout(() => this.read(), DEBOUNCE);
            });
        }

        ui.levels.addEventListener("change", () => this.read());
        ui.above.addEventListener("change", () => this.read());
        ui.reset.addEventListener("click", () => this.reset());
        ui.regex.addEventListener("click", () => {
            this.state.re = !this.state.re;
            this.read();
        });
        ui.order.addEventListener("click", () => {
            this.state.newest = !this.state.newest;
            this.read();
        });
    }

    // From the controls.

    read() {
        const { state } = this;

        clearTimeout(this.timer);
        this.timer = 0;
        state.q = ui.search.value;
        state.x = ui.exclude.value;
        state.level = ui.levels.querySelector(":checked").value;
        state.exact = !ui.above.checked;
        this.apply();
    }

    // To the controls, and the address.

    show() {
        const { state } = this;

        // what is being typed is not touched
        for (const [id, text] of [["search", state.q], ["exclude", state.x]]) {
            if (ui[id].value !== text) {
                ui[id].value = text;
            }
        }

        ui.levels.querySelector(`[value="${state.level}"]`)
            .checked = true;
        ui.above.checked = !state.exact;
        ui.regex.setAttribute("aria-pressed", state.re);
        ui.order.setAttribute("aria-pressed", state.newest);

        const query = writeQuery(state, location.search);

        if (query !== location.search) {
            history.replaceState(history.state, "",
                location.pathname + query + location.hash);
        }
    }

    // A pattern that is wrong changes nothing that is shown.

    apply() {
        const { state, page } = this;
        const wrong = this.invalid("search", state.q)
            || this.invalid("exclude", state.x);

        this.show();

        if (wrong) {
            page.problems.say("pattern",
                `This is no regular expression yet: ${wrong}`);
        } else {
            page.problems.end("pattern");
            page.filter(compileFilter(state), state.newest);
        }
    }

    invalid(id, text) {
        let wrong = "";

        try {
            toPattern(text, this.state.re);
        } catch (error) {
            wrong = error.message;
        }

        ui[id].setAttribute("aria-invalid", wrong !== "");
        return wrong;
    }

    // Everything is shown, or what has this in it.

    reset(q = "") {
        clearTimeout(this.timer);
        this.timer = 0;
        Object.assign(this.state, noFilter(), { q });
        this.apply();
    }

    // What was typed a moment ago counts as well.

    flush() {
        if (this.timer) {
            this.read();
        }
    }
}
