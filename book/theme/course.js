// Makes what only a mouse can reach in mdBook's pages work with the keyboard as well: the button that
// shows the table of contents, the arrows that unfold a chapter in it, and code that has to be scrolled.
// Opens all folds while the page is printed. Keeps short code within a line of text together, so that no line ends in the middle of a `--flag`.
(() => {
    const asButton = (element, name) => {
        element.setAttribute('role', 'button');
        element.setAttribute('tabindex', '0');
        element.setAttribute('aria-label', name);
        element.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                element.click();
            }
        });
    };
    const toggle = document.getElementById('mdbook-sidebar-toggle');
    if (toggle) {
        asButton(toggle, 'Table of contents');
    }
    for (const arrow of document.querySelectorAll('.chapter-fold-toggle')) {
        const chapter = arrow.parentElement.querySelector('a[href]');
        asButton(arrow, `Pages of ${chapter ? chapter.textContent.trim() : 'this chapter'}`);
    }

    for (const code of document.querySelectorAll('main :is(p, li) > code')) {
        code.classList.toggle('short', code.textContent.length <= 30);
    }
    const reachCode = () => {
        for (const code of document.querySelectorAll('main pre > code')) {
            if (code.scrollWidth > code.clientWidth) {
                code.setAttribute('tabindex', '0');
            } else {
                code.removeAttribute('tabindex');
            }
        }
    };
    reachCode();
    window.addEventListener('resize', reachCode);
    // A fold's code has no width before it is opened; `toggle` does not bubble.
    document.addEventListener('toggle', reachCode, true);

    let opened = [];
    window.addEventListener('beforeprint', () => {
        opened = [...document.querySelectorAll('main details:not([open])')];
        opened.forEach(fold => fold.open = true);
    });
    window.addEventListener('afterprint', () => {
        opened.forEach(fold => fold.open = false);
        opened = [];
    });
})();
