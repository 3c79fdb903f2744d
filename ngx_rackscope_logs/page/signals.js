// SPDX-License-Identifier: BSD-2-Clause

// While the tab is hidden, its title counts the errors that come, and its icon
// has a red dot.

const DOT = "%3Ccircle cx='11' cy='5' r='5' fill='%23d22'/%3E%3C/svg%3E";

export class Signals {
    constructor(document) {
        this.document = document;
        this.icon = document.querySelector("[rel=icon]");
        this.title = "";
        this.plain = this.icon.getAttribute("href");
        this.errors = 0;
    }

    add({ rank }) {
        if (this.document.hidden && rank >= 3) {
            // another zone has another title
            this.title = this.errors++ ? this.title : this.document.title;
            this.show();
        }
    }

    end() {
        if (this.errors) {
            this.errors = 0;
            this.show();
        }
    }

    show() {
        const { document, icon, errors, plain, title } = this;
        const some = errors > 0;

        document.title = some ? `(${errors}) ${title}` : title;
        icon.setAttribute("href", some
            ? plain.replace("%3C/svg%3E", DOT) : plain);
    }
}
