using System.Globalization;
using System.Text;

namespace Vascular.Acquisition.Cli;

/// <summary>One channel of a plot.</summary>
/// <param name="Title">Name and unit.</param>
/// <param name="Samples">The channel; not a number where it is missing.</param>
/// <param name="MarksAt">Places to mark, in samples.</param>
/// <param name="Twin">The same channel as the off-line analysis sees it, drawn over it; null without one.</param>
/// <param name="RowSeconds">Length of a row.</param>
internal sealed record Panel(string Title, double[] Samples, double[] MarksAt, double[]? Twin = null, double RowSeconds = 60);

/// <summary>Draws a recording as SVG text: each channel in rows, its off-line twin in a second colour, the same bytes for the same recording. What is missing is
/// left open.</summary>
internal sealed class TracePlot(FileInfo file)
{
    private const double Width = 1400;
    private const double RowHeight = 150;
    private const double Left = 60;
    private const double Top = 24;

    public static TracePlot? To(FileInfo? file) => file is null ? null : new TracePlot(file);

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
        ReadOnlySpan<double> row = panel.Samples.AsSpan(from, to - from);
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in row)
        {
            if (double.IsNaN(value))
            {
                continue;
            }

            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        double X(double at) => Left + (at / rateHz - fromS) / seconds * Width;
        double Y(double value) => y + RowHeight * (high > low ? (high - value) / (high - low) : 0.5);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{y - 6}\">{panel.Title}, from {fromS:0} s</text>\n");
        if (double.IsInfinity(high))
        {
            return;     // nothing was read in this row
        }

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

    private static void Line(StringBuilder svg, ReadOnlySpan<double> row, string colour, Func<double, double> x, Func<double, double> y)
    {
        int perPoint = Math.Max(1, row.Length / (int)(2 * Width));
        bool open = false;
        for (int k = 0; k < row.Length; k += perPoint)
        {
            // lowest and highest of what one point stands for, so that nothing narrow is lost
            int last = Math.Min(row.Length, k + perPoint);
            (double least, double most) = (row[k], row[k]);
            for (int j = k; j < last; j++)
            {
                (least, most) = (Math.Min(least, row[j]), Math.Max(most, row[j]));
            }

            if (double.IsNaN(most))
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
}
