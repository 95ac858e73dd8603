// The administration's pages take the choice of light or dark from its cookie themselves, before anything is drawn.
document.documentElement.dataset.theme = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)?.[1] ?? "";
if (!document.documentElement.dataset.theme) delete document.documentElement.dataset.theme;
