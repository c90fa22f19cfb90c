using System.Net;
using System.Text;

namespace Vascular.Acquisition.Publishing;

/// <summary>A page for paper: one HTML file without scripts, fonts or anything from elsewhere.</summary>
public static class PrintedPage
{
    private const string Style = """
        body { font: 11pt/1.45 system-ui, sans-serif; color: #111; background: #fff; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0 0 .2rem; } h2 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; }
        p { margin: .2rem 0; } .quiet { color: #555; font-size: .9em; } .state { font-size: 1.15rem; font-weight: 600; border: 2px solid #111; padding: .4rem .7rem; margin: .8rem 0; }
        .test { background: #111; color: #fff; padding: .3rem .6rem; font-weight: 700; letter-spacing: .04em; print-color-adjust: exact; } .signed { font-weight: 600; } a { color: inherit; }
        table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; border-bottom: 1px solid #bbb; }
        th { font-weight: 600; } ul { margin: .2rem 0; padding-left: 1.2rem; } td ul { padding-left: 1rem; font-size: .9em; color: #333; }
        svg { width: 100%; height: auto; } .id { font-family: ui-monospace, monospace; font-size: .82em; color: #555; overflow-wrap: anywhere; }
        .sign { display: flex; gap: 2rem; margin-top: 2.5rem; } .sign span { flex: 1; border-top: 1px solid #111; padding-top: .2rem; font-size: .85em; }
        @media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; } tr, svg, .state { break-inside: avoid; } h2 { break-after: avoid; } @page { margin: 16mm; } }
        """;

    /// <param name="body">HTML; texts in it went through <see cref="Text"/>.</param>
    public static string Of(string title, string body)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
        page.Append(Text(title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n").Append(body).Append("</body>\n</html>\n");
        return page.ToString();
    }

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    public static string List(IEnumerable<string> items) => string.Concat(items.Select(i => $"<li>{Text(i)}</li>")) is { Length: > 0 } list ? $"<ul>{list}</ul>" : "";
}
