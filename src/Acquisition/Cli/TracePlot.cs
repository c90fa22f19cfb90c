using System.Globalization;
using System.Text;

namespace Vascular.Acquisition.Cli;

/// <summary>One channel of a plot.</summary>
/// <param name="Title">Name and unit.</param>
/// <param name="Samples">The channel; null where it is missing.</param>
/// <param name="MarksAt">Places to mark, in samples.</param>
/// <param name="Twin">The same channel as the off-line analysis sees it, drawn over it; null without one.</param>
/// <param name="RowSeconds">Length of a row.</param>
internal sealed record Panel(string Title, double?[] Samples, double[] MarksAt, double?[]? Twin = null, double RowSeconds = 60);

/// <summary>Draws a recording as SVG text: each channel in rows, its off-line twin in a second colour, the same bytes for the same recording. What is missing is
/// left open.</summary>
internal sealed class TracePlot(FileInfo file)
{
    private const double Width = 1400;
    private const double RowHeight = 150;
    private const double Left = 60;
    private const double Top = 24;

    /// <exception cref="CommandFailure">It would take the place of the recording it is drawn from.</exception>
    public static TracePlot? To(FileInfo? file, FileInfo recording) => file is null ? null
        : Place(file) != Place(recording) ? new TracePlot(file)
        : throw new CommandFailure("the plot would overwrite the recording", file.FullName, "name another file");

    private static string Place(FileInfo file) => ((file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) : null) ?? file).FullName;

    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public void Write(IReadOnlyList<Panel> panels, double rateHz)
    {
        int rows = panels.Sum(p => (int)Math.Ceiling(p.Samples.Length / rateHz / p.RowSeconds));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + Left + 20}\" height=\"{rows * (RowHeight + Top) + Top}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        double y = Top;
        foreach (Panel panel in panels)
        {
            for (double from = 0; from < panel.Samples.Length / rateHz; from += panel.RowSeconds)
            {
                Row(svg, panel, from, rateHz, y);
                y += RowHeight + Top;
            }
        }

        svg.Append("</svg>\n");
        try
        {
            File.WriteAllText(file.FullName, svg.ToString());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the plot cannot be written", file.FullName, "name a file in a folder that exists and may be written");
        }
    }

    private static void Row(StringBuilder svg, Panel panel, double fromS, double rateHz, double y)
    {
        int from = (int)(fromS * rateHz), to = Math.Min(panel.Samples.Length, (int)((fromS + panel.RowSeconds) * rateHz));
        double seconds = Math.Min(panel.RowSeconds, panel.Samples.Length / rateHz);
        ReadOnlySpan<double?> row = panel.Samples.AsSpan(from, to - from);
        (_, double? lowest, double? highest) = Extent(row);
        double X(double at) => Left + (at / rateHz - fromS) / seconds * Width;
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{y - 6}\">{panel.Title}, from {fromS:0} s</text>\n");
        if (lowest is not { } low || highest is not { } high)
        {
            return;     // nothing was read in this row
        }

        double Y(double value) => y + RowHeight * (high > low ? (high - value) / (high - low) : 0.5);

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y + 10:0.#}\">{high:G4}</text><text x=\"4\" y=\"{y + RowHeight:0.#}\">{low:G4}</text>\n");
        foreach (double at in panel.MarksAt)
        {
            if (at >= from && at < to)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(at):0.#}\" x2=\"{X(at):0.#}\" y1=\"{y:0.#}\" y2=\"{y + RowHeight:0.#}\" stroke=\"#c33\" stroke-width=\"0.7\"/>\n");
            }
        }

        Line(svg, row, "#146", at => X(from + at), Y);
        if (panel.Twin is { } twin)
        {
            Line(svg, twin.AsSpan(from, to - from), "#d80", at => X(from + at), Y);
        }
    }

    private static void Line(StringBuilder svg, ReadOnlySpan<double?> row, string colour, Func<double, double> x, Func<double, double> y)
    {
        int perPoint = Math.Max(1, row.Length / (int)(2 * Width));
        bool open = false;
        for (int k = 0; k < row.Length; k += perPoint)
        {
            // lowest and highest of what one point stands for, so that nothing narrow is lost; a point of which a sample is missing is left out
            ReadOnlySpan<double?> point = row[k..Math.Min(row.Length, k + perPoint)];
            (int there, double? lowest, double? highest) = Extent(point);
            if (there < point.Length || lowest is not { } least || highest is not { } most)
            {
                svg.Append(open ? "\"/>\n" : "");
                open = false;
                continue;
            }

            svg.Append(open ? "" : $"<polyline fill=\"none\" stroke=\"{colour}\" points=\"");
            open = true;
            svg.Append(CultureInfo.InvariantCulture, $"{x(k):0.#},{y(most):0.#} ");
            if (least < most)
            {
                svg.Append(CultureInfo.InvariantCulture, $"{x(k):0.#},{y(least):0.#} ");
            }
        }

        svg.Append(open ? "\"/>\n" : "");
    }

    /// <summary>How many values are there, the lowest and the highest of them; null where none is.</summary>
    private static (int There, double? Lowest, double? Highest) Extent(ReadOnlySpan<double?> values)
    {
        (int there, double? lowest, double? highest) = (0, null, null);
        foreach (double? value in values)
        {
            if (value is { } known)
            {
                (there, lowest, highest) = (there + 1, Math.Min(lowest ?? known, known), Math.Max(highest ?? known, known));
            }
        }

        return (there, lowest, highest);
    }
}
