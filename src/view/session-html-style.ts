/** The style of a session's page: light and dark, narrow and wide, on paper. */
export const SESSION_STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2126;--dim:#5b6470;--line:#d9dee4;--card:#f6f7f9;--human:#0b6b3a;--model:#6a3fb5;--call:#0a5d86;--bad:#b3261e;--badbg:#fdeceb;--add:#e3f6e8;--del:#fdeceb;--edge:#8a5a00}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e3e7ec;--dim:#9aa5b1;--line:#323940;--card:#1b1f24;--human:#6ad39a;--model:#bda2ff;--call:#7cc7ee;--bad:#ff9c93;--badbg:#35191a;--add:#15301f;--del:#35191a;--edge:#e0b252}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,sans-serif}
.page{display:grid;grid-template-columns:minmax(0,1fr);max-width:1180px;margin:0 auto;padding:1.5rem 1rem 4rem}
@media (min-width:1000px){.page{grid-template-columns:260px minmax(0,1fr);gap:2.5rem}}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:0}
code,pre,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.4rem 0;padding:.6rem .75rem;background:var(--card);border-radius:6px;unicode-bidi:isolate}
a{color:var(--call)}
.dim,.note,time,.id{color:var(--dim)}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.1rem 1rem;margin:1rem 0;font-size:.9rem}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
nav{font-size:.85rem}
@media (max-width:999px){nav{max-height:30vh;overflow:auto;margin-bottom:1.5rem;border-bottom:1px solid var(--line)}}
nav ol{list-style:none;margin:.5rem 0;padding:0}
nav li{margin:.15rem 0}
nav a{color:inherit;text-decoration:none;display:block;padding:.15rem .4rem;border-radius:4px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
nav a:hover,nav a:focus{background:var(--card)}
nav .bad a{color:var(--bad)}
@media (min-width:1000px){nav{position:sticky;top:1rem;align-self:start;max-height:calc(100vh - 2rem);overflow:auto}}
.item{margin:1.1rem 0;min-width:0;overflow-wrap:anywhere;unicode-bidi:isolate}
.item>.who{font-weight:600;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
.who .note,summary .note{font-weight:400;font-size:.8rem}
.prompt{border-left:4px solid var(--human);padding-left:.9rem}.prompt>.who{color:var(--human)}
.prompt .said{white-space:pre-wrap}
.answer>.who{color:var(--model)}
.answer table{border-collapse:collapse;display:block;overflow:auto}.answer th,.answer td{border:1px solid var(--line);padding:.25rem .6rem}
details{margin:.4rem 0;border:1px solid var(--line);border-radius:8px;padding:0 .75rem}
details[open]{padding-bottom:.5rem}
summary{cursor:pointer;padding:.4rem 0;overflow-wrap:anywhere}
summary b{color:var(--call)}
.reasoning summary,.remark summary{color:var(--dim)}
details.bad{border-color:var(--bad)}.bad>summary .out{color:var(--bad);font-weight:600}.bad>pre.result{background:var(--badbg)}
.diff span{display:block}.diff .added{background:var(--add)}.diff .removed{background:var(--del)}.diff .cut{color:var(--dim)}
.boundary{display:flex;align-items:center;gap:.75rem;color:var(--edge);font-weight:600;margin:1.5rem 0}
.boundary::before,.boundary::after{content:"";flex:1;border-top:2px solid currentColor}
.child{border-left:3px solid var(--call);padding-left:1rem;margin:.8rem 0}
.child h2{margin:.2rem 0;color:var(--call)}
.replayed{opacity:.75}
img{max-width:100%;height:auto;border:1px solid var(--line);border-radius:6px;display:block;margin:.4rem 0}
.omitted{color:var(--dim);font-style:italic}
:target{outline:2px solid var(--call);outline-offset:4px;border-radius:4px}
@media print{body{font-size:10pt;background:#fff;color:#000}.page{display:block;max-width:none;padding:0}nav{display:none}details{break-inside:auto;border-color:#999}details::details-content{content-visibility:visible;block-size:auto}.item{break-inside:auto}.who,summary,.boundary{break-after:avoid}pre{font-size:8pt;border:1px solid #ccc}a{color:inherit}}
`
