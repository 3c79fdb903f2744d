// SPDX-License-Identifier: BSD-2-Clause

// What the page needs of the browser apart from the document: the settings,
// which are stored, the token, the clipboard, and files to download.

const SETTINGS_KEY = "rackscope.logs.page";

function stored(key) {
    try {
        return localStorage.getItem(key);
    } catch {
        // the browser does not allow storage here
        return null;
    }
}

export function readSettings() {
    const settings = {
        wrap: true, fold: true, theme: "", time: "local", keys: true,
        colours: true,
    };

    try {
        return Object.assign(settings, JSON.parse(stored(SETTINGS_KEY)));
    } catch {
        return settings;
    }
}

export function saveSettings(settings) {
    try {
        localStorage.setItem(SETTINGS_KEY, JSON.stringify(settings));
    } catch {
        // they are lost when the page is closed
    }
}

// The address of the API, and the header that it requires. The token is read
// for each request, because the application may have renewed it. It is sent
// only to the origin of the page.

export function readApi({ dataset }, location) {
    const api = new URL(dataset.api ?? "/api/logs", location);
    const key = dataset.tokenKey;

    return {
        address: api.href,
        key,
        headers: () => {
            const token = key && api.origin === location.origin
                ? cleanToken(stored(key)) : "";

            return token ? { Authorization: `Bearer ${token}` } : {};
        },
    };
}

// Some applications store the token as a JSON string. Text that a header cannot
// contain is not a token.

export function cleanToken(text) {
    let token = text?.trim() ?? "";

    if (/^".*"$/.test(token)) {
        try {
            token = JSON.parse(token);
        } catch {
            return "";
        }
    }

    return /^[\x21-\x7e]+$/.test(token) ? token : "";
}

// Without TLS there is no navigator.clipboard.

export async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copyOldWay(text);
    }
}

function copyOldWay(text) {
    const focused = document.activeElement;
    const box = document.createElement("textarea");

    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();

    const copied = document.execCommand("copy");

    box.remove();
    focused?.focus({ preventScroll: true });
    return copied;
}

export function download(name, text) {
    const link = document.createElement("a");
    const url = URL.createObjectURL(new Blob([text],
        { type: "application/octet-stream" }));

    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}
