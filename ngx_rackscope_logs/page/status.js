// SPDX-License-Identifier: BSD-2-Clause

// What the page says about the connection and about problems.

import { make } from "./row.js";

const STATE_NAMES = {
    connecting: "Connecting",
    live: "Live",
    reconnecting: "Reconnecting",
    offline: "Offline",
    limit: "Too many viewers",
    signin: "Sign-in needed",
    denied: "Not allowed",
    error: "Error",
    resting: "Paused",
};

const ADVICE = {
    reconnecting: "The server cannot be reached. Trying again.",
    offline: "This device has no network. The lines that are loaded stay.",
    limit: "All places for live streams are taken. New lines come every 5 s.",
    signin: "Sign in to read the logs, then try again.",
    denied: "Only an admin may read the logs.",
    error: "The logs cannot be read. Trying again.",
};

const NOT_CLEARED = {
    TimeoutError: "The server did not answer in time.",
    TypeError: "The server cannot be reached.",
    signin: "Sign in to clear the logs, then try again.",
    denied: "Only an admin may clear the logs.",
    error: "The server refused.",
};

const NO_LOGS = "There are no logs at this address.";
// The module says in each of its errors what is wrong, and auth_request does not.
const NO_DOOR = "The service that says who is an admin does not answer.";

// ms from one announcement of new lines to the next, at least
const NEWS_INTERVAL = 10000;

export function stateWords(state, paused) {
    if (paused) {
        return state === "live" || state === "resting" ? "Paused"
            : `Paused · ${STATE_NAMES[state]}`;
    }

    return STATE_NAMES[state];
}

// Adds the reason that the server has given.

function explain(advice, { status, message }) {
    const why = [status, message].filter(Boolean).join(": ");

    return why ? `${advice} (${why})` : advice;
}

function known({ status, message }) {
    return status === 404 ? NO_LOGS
        : status === 500 && !message ? NO_DOOR : "";
}

export function adviceFor(state, problem) {
    return explain(known(problem ?? {}) || ADVICE[state], problem ?? {});
}

// The text for an error of a request to clear the logs. Such an error says
// nothing about reading them, which may go on.

export function clearAdvice(error) {
    const advice = known(error) || NOT_CLEARED[error.state ?? error.name];

    return explain(`Clearing failed. ${advice}`, error.state ? error : {});
}

function makeLink(text, href) {
    const link = make("a", "", text);
    const look = () => {
        link.href = href();
    };

    link.addEventListener("pointerdown", look);
    link.addEventListener("click", look);
    look();
    return link;
}

// The problems that there are now, each under a name of its own.

export class Problems {
    constructor(element) {
        this.element = element;
        this.items = new Map();
    }

    // "href" makes the address of a link to sign in, which changes with that of
    // the page.

    say(name, text, label, action, href) {
        if (this.items.get(name)?.firstChild.textContent === text) {
            return;
        }

        const item = make("p");

        item.append(make("span", "", text));

        if (href) {
            item.append(" ", makeLink("Sign in", href));
        }

        if (label) {
            const button = make("button", "", label);

            button.type = "button";
            button.addEventListener("click", action);
            item.append(" ", button);
        }

        this.end(name);
        this.items.set(name, item);
        this.element.append(item);
        this.element.hidden = false;
    }

    // A problem that stays until somebody dismisses it.

    tell(name, text) {
        this.say(name, text, "Dismiss", () => this.end(name));
    }

    end(name) {
        this.items.get(name)?.remove();
        this.items.delete(name);
        this.element.hidden = this.items.size === 0;
    }
}

// Tells users of screen readers how many lines have come.

export class News {
    constructor(element) {
        this.element = element;
        this.lines = 0;
        this.errors = 0;
        this.timer = 0;
    }

    add(entry) {
        this.lines++;
        this.errors += entry.rank >= 3 ? 1 : 0;
        this.timer ||= setTimeout(() => this.tell(), NEWS_INTERVAL);
    }

    say(text) {
        this.element.textContent = text;
    }

    tell() {
        this.say(`${this.lines} more, ${this.errors} of them errors`);
        this.timer = this.lines = this.errors = 0;
    }
}
