// SPDX-License-Identifier: BSD-2-Clause

// The two dialogs: the one that asks before clearing, and the help.

import { ui } from "./dom.js";

export function openDialog(dialog) {
    if (!dialog.open) {
        dialog.showModal();
    }
}

// A click outside a dialog closes it, as Esc does: the target of such a click
// is the dialog itself, and not an element in it.

export function setUpDialogs({ onClear, onKeys }) {
    const clear = ui.clearDialog;
    const help = ui.helpDialog;

    for (const dialog of [clear, help]) {
        dialog.addEventListener("click", (event) => {
            if (event.target === dialog) {
                dialog.close();
            }
        });
    }

    ui.clear.addEventListener("click", () => openDialog(clear));
    ui.clearNo.addEventListener("click", () => clear.close());
    ui.clearYes.addEventListener("click", () => {
        clear.close();
        onClear();
    });

    ui.version.textContent = document.documentElement.dataset.version;
    ui.help.addEventListener("click", () => openDialog(help));
    ui.helpClose.addEventListener("click", () => help.close());
    ui.singleKeys.addEventListener("change", (event) =>
        onKeys(event.target.checked));
}
