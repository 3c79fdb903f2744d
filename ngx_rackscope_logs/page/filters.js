// SPDX-License-Identifier: BSD-2-Clause

// The controls of the filters, and the address of the page, which has the same
// values.

import { ui } from "./dom.js";
import { FILTERS, compileFilter, noFilter, readQuery, writeQuery } from "./filter.js";
import { hasKey, parseTerms, withTerm, withoutTerms } from "./terms.js";

// What was typed is applied after this many ms without a further letter, or
// after as many as that took the last time, if that was longer.
const TYPING_PAUSE = 60;
const TYPING_PAUSE_MAX = 500;

// A search box like the first one, after those that are there.

function addBox({ id, label }) {
    const box = ui.search.cloneNode();

    box.id = id;
    box.placeholder = label;
    box.setAttribute("aria-label", label);
    ui.regex.before(box);
    return box;
}

// "page" has problems, a store and settings, and its filter(filter, newest) is
// called for each change.

export class Filters {
    constructor(page) {
        this.page = page;
        this.timer = 0;
        // ms that the last read() took
        this.cost = 0;
        // the regular expression of each box that came with the address
        this.foreign = {};
        this.readAddress();
        // the names of terms that a line has had
        this.names = new Set();
        // those that would be names of terms if a line had such a field
        this.unknown = new Set();
        this.known = (name) => this.isKnown(name);
        this.controls = Object.entries(FILTERS).map(([name, row]) =>
            ({ ...row, name, element: ui[row.id] ?? addBox(row) }));

        for (const control of this.controls) {
            control.element.addEventListener(control.event,
                () => this.changed(control));
        }

        ui.reset.addEventListener("click", () => this.reset());
        addEventListener("popstate", () => this.reread());
    }

    get context() {
        return { known: this.known, utc: this.page.settings.time === "utc" };
    }

    isKnown(name) {
        if (!this.names.has(name) && !this.unknown.has(name)) {
            this[this.page.store.all().some(({ record }) =>
                hasKey(record, name)) ? "names" : "unknown"].add(name);
        }

        return this.names.has(name);
    }

    // A new line may make a term of what was plain text.

    learn({ record }) {
        for (const name of this.unknown) {
            if (hasKey(record, name)) {
                this.names.add(name);
            }
        }
    }

    // Applies what learn() has found, but not while somebody reads.

    catchUp() {
        if (!this.page.list.held
            && [...this.unknown].some((name) => this.names.has(name))) {
            this.apply();
        }
    }

    changed({ name, event, element, read, show }) {
        if (event === "input") {
            this.foreign[name] = "";
            this.page.list.stopFilling();
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.read(), Math.max(TYPING_PAUSE,
                Math.min(TYPING_PAUSE_MAX, this.cost)));
            return;
        }

        if (event === "click") {
            show(element, !read(element));
        }

        this.read();
    }

    // From the controls.

    read() {
        const start = performance.now();

        clearTimeout(this.timer);
        this.timer = 0;

        for (const { name, element, read } of this.controls) {
            this.state[name] = read(element);
        }

        this.apply();
        this.cost = performance.now() - start;
    }

    // From the address. A regular expression in a link may be such that it
    // blocks the tab, so it is foreign until the reader agrees to it. One that
    // has run here, as the state of the history says, is not.

    readAddress() {
        const { q, x, re } = this.state = readQuery(location.search);

        this.foreign = re && history.state?.ran !== q + x ? { q, x } : {};
    }

    reread() {
        const before = writeQuery(this.state, "");

        if (writeQuery(readQuery(location.search), "") !== before) {
            clearTimeout(this.timer);
            this.timer = 0;
            this.readAddress();
            this.apply();
        }
    }

    // The state without what the reader has not agreed to.

    agreed() {
        const { state, foreign } = this;
        const agreed = (name) => (state.re && state[name] === foreign[name]
            ? "" : state[name]);

        return { ...state, q: agreed("q"), x: agreed("x") };
    }

    ask({ q, x }) {
        const { state, page } = this;

        if (state.q === q && state.x === x) {
            page.problems.end("foreign");
        } else {
            page.problems.say("foreign", "Run this pattern? It came with the "
                + "link, and some block the tab.", "Run this pattern", () => {
                this.foreign = {};
                this.apply();
            });
        }
    }

    // What has run does not need to be asked for when the page is reloaded.

    remember({ q, x, re }) {
        if (re) {
            history.replaceState({ ...history.state, ran: q + x }, "");
        }
    }

    // To the controls, and to the address. With "push" the browser's Back
    // returns to what was there before.

    show(push) {
        for (const { name, element, show } of this.controls) {
            show(element, this.state[name]);
        }

        const query = writeQuery(this.state, location.search);

        if (query !== location.search) {
            history[push ? "pushState" : "replaceState"](history.state, "",
                location.pathname + query + location.hash);
        }

        // who filters wants to see the list
        if (push && this.page.request.id) {
            this.page.request.leave();
        }
    }

    // While a regular expression or a term is wrong, the lines stay those of
    // the last one that was right. Returns whether nothing is wrong.

    apply(push = false) {
        const { state, page, context } = this;
        let wrong = "";

        this.unknown.clear();

        for (const control of this.controls) {
            if (control.event === "input") {
                wrong ||= this.check(control);
            }
        }

        this.show(push);

        const agreed = this.agreed();

        this.ask(agreed);

        if (wrong) {
            page.list.fillLater(true);
            page.problems.say("pattern", state.re
                ? `This is no regular expression yet: ${wrong}` : wrong);
        } else {
            page.problems.end("pattern");
            page.filter(compileFilter(agreed, context), state.newest);
            this.remember(agreed);
        }

        return !wrong;
    }

    check({ element, match }) {
        let wrong = "";

        try {
            match(this.state, this.context);
        } catch (error) {
            wrong = error.message;
        }

        element.setAttribute("aria-invalid", wrong !== "");
        return wrong;
    }

    // Everything is shown, or everything that has this text in it.

    reset(q = "") {
        this.change({ ...noFilter(), q });
    }

    change(state) {
        clearTimeout(this.timer);
        this.timer = 0;
        Object.assign(this.state, state);
        this.apply(true);
    }

    // Puts a term into the search box, unless it is there. With "instead" it
    // takes the place of all terms of its name. A regular expression goes, since
    // it cannot have terms beside it.

    addTerm(term, instead = false) {
        this.flush();
        this.names.add(term.name);

        const { q, x, re } = this.state;

        this.change({
            q: withTerm(re ? "" : q, term, this.known, instead),
            x: re ? "" : x,
            re: false,
        });
    }

    hasTerm(name) {
        const { q, re } = this.state;

        return !re && parseTerms(q, this.known)
            .some((piece) => piece.name === name);
    }

    removeTerms(name) {
        this.flush();

        if (!this.state.re) {
            this.change({ q: withoutTerms(this.state.q, name, this.known) });
        }
    }

    // Applies what was typed a moment ago.

    flush() {
        if (this.timer) {
            this.read();
        }
    }
}
