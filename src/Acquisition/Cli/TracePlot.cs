using System.Globalization;
using System.Security;
using System.Text;

namespace Vascular.Acquisition.Cli;

/// <summary>Upright lines over a channel.</summary>
/// <param name="Legend">What they are.</param>
/// <param name="At">Their places, in samples.</param>
/// <param name="Counted">False for what was found and rests on nothing sure: drawn pale.</param>
internal sealed record Marks(string Legend, double[] At, bool Counted = true);

/// <summary>One channel of a plot.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Unit">Unit of the upright axis, as words.</param>
/// <param name="Samples">The channel; null where it is missing.</param>
/// <param name="Marked">What was found in it.</param>
/// <param name="Twin">The same channel as the off-line analysis sees it, drawn over it; null without one.</param>
/// <param name="TwinLegend">What the twin is.</param>
/// <param name="RowSeconds">Length of a row.</param>
internal sealed record Panel(string Title, string Unit, double?[] Samples, Marks[] Marked, double?[]? Twin = null, string TwinLegend = "", double RowSeconds = 60);

/// <summary>Draws a recording as SVG text, the same bytes for the same recording: above it what was found, then each channel in rows with axes of time and value, one
/// scale for all rows of a channel, so that what went flat is flat. What is missing is left open.</summary>
internal sealed class TracePlot(FileInfo file)
{
    private const double Width = 1400;
    private const double RowHeight = 150;
    private const double Left = 70;
    private const double Top = 24;

    /// <summary>Height of what stands under a row: ticks of time and their numbers.</summary>
    private const double Foot = 36;
    private const double LineHeight = 18;
    private const double MostTicks = 14;
    private const double MostLevels = 6;

    private const string TraceColour = "#146";
    private const string TwinColour = "#d80";
    private const string MarkColour = "#c33";
    private const string PaleColour = "#aaa";

    /// <exception cref="CommandFailure">It would take the place of the recording it is drawn from.</exception>
    public static TracePlot? To(FileInfo? file, FileInfo recording) => file is null ? null
        : Place(file) != Place(recording) ? new TracePlot(file)
        : throw new CommandFailure("the plot would overwrite the recording", file.FullName, "name another file");

    private static string Place(FileInfo file) => ((file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) : null) ?? file).FullName;

    /// <param name="panels">The channels.</param>
    /// <param name="rateHz">Samples a second of all of them.</param>
    /// <param name="found">What was found, a line each, as it is printed.</param>
    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public void Write(IReadOnlyList<Panel> panels, double rateHz, IReadOnlyList<string> found)
    {
        int rows = panels.Sum(p => (int)Math.Ceiling(p.Samples.Length / rateHz / p.RowSeconds));
        double above = Top + (found.Count + panels.Count) * LineHeight, height = above + rows * (RowHeight + Top + Foot);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + Left + 20}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        double y = LineHeight;
        foreach (string line in found)
        {
            Text(svg, 8, y, line, "font-weight=\"bold\"");
            y += LineHeight;
        }

        foreach (Panel panel in panels)
        {
            Legend(svg, panel, y);
            y += LineHeight;
        }

        y = above + Top / 2;
        foreach (Panel panel in panels)
        {
            (_, double? lowest, double? highest) = Extent(panel.Samples);
            for (double from = 0; from < panel.Samples.Length / rateHz; from += panel.RowSeconds)
            {
                Row(svg, panel, from, rateHz, y, lowest, highest);
                y += RowHeight + Top + Foot;
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

    private static void Legend(StringBuilder svg, Panel panel, double y)
    {
        double x = 8;
        void Entry(string words, string colour)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:0.#} {y - 4:0.#}h18\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
            Text(svg, x + 24, y, words);
            x += 48 + 6.6 * words.Length;
        }

        Entry($"{panel.Title}, {panel.Unit}", TraceColour);
        if (panel.Twin is not null)
        {
            Entry(panel.TwinLegend, TwinColour);
        }

        foreach (Marks marks in panel.Marked.Where(m => m.At.Length > 0))
        {
            Entry($"{marks.Legend} ({marks.At.Length})", Colour(marks));
        }
    }

    private static void Row(StringBuilder svg, Panel panel, double fromS, double rateHz, double y, double? lowest, double? highest)
    {
        int from = (int)(fromS * rateHz), to = Math.Min(panel.Samples.Length, (int)((fromS + panel.RowSeconds) * rateHz));
        double seconds = Math.Min(panel.RowSeconds, panel.Samples.Length / rateHz);
        double X(double at) => Left + (at / rateHz - fromS) / seconds * Width;
        Text(svg, Left, y - 6, string.Create(CultureInfo.InvariantCulture, $"{panel.Title}, {panel.Unit}, from {fromS:0} s"));
        TimeAxis(svg, fromS, seconds, y + RowHeight);
        if (lowest is not { } low || highest is not { } high)
        {
            Text(svg, Left + 8, y + RowHeight / 2, "nothing was read");
            return;
        }

        double Y(double value) => y + RowHeight * (high > low ? (high - value) / (high - low) : 0.5);
        ValueAxis(svg, low, high, y, Y);
        foreach (Marks marks in panel.Marked)
        {
            foreach (double at in marks.At)
            {
                if (at >= from && at < to)
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(at):0.#}\" x2=\"{X(at):0.#}\" y1=\"{y:0.#}\" y2=\"{y + RowHeight:0.#}\" stroke=\"{Colour(marks)}\" stroke-width=\"0.7\"/>\n");
                }
            }
        }

        Line(svg, panel.Samples.AsSpan(from, to - from), TraceColour, at => X(from + at), Y);
        if (panel.Twin is { } twin)
        {
            Line(svg, twin.AsSpan(from, to - from), TwinColour, at => X(from + at), Y);
        }
    }

    private static string Colour(Marks marks) => marks.Counted ? MarkColour : PaleColour;

    /// <summary>Ticks in round seconds of the recording, their numbers, and the unit at the end.</summary>
    private static void TimeAxis(StringBuilder svg, double fromS, double seconds, double y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}h{Width}\" stroke=\"#555\"/>\n");
        double step = RoundStep(seconds / MostTicks);
        for (double k = Math.Ceiling(fromS / step); k * step <= fromS + seconds * (1 + 1e-9); k++)
        {
            double x = Left + (k * step - fromS) / seconds * Width;
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:0.#} {y:0.#}v5\" stroke=\"#555\"/>\n");
            Text(svg, x, y + 18, (k * step).ToString("0.######", CultureInfo.InvariantCulture), "text-anchor=\"middle\"");
        }

        Text(svg, Left + Width, y + 32, "time, s", "fill=\"#555\" text-anchor=\"end\"");
    }

    /// <summary>Levels in round values, each a pale line across the row, with its number.</summary>
    private static void ValueAxis(StringBuilder svg, double low, double high, double y, Func<double, double> toY)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}v{RowHeight}\" stroke=\"#555\"/>\n");
        double step = RoundStep((high - low) / MostLevels);
        for (double k = Math.Ceiling(low / step); k * step <= high; k++)
        {
            double level = toY(k * step);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left - 5} {level:0.#}h{Width + 5}\" stroke=\"#e4e4e4\"/>\n");
            Text(svg, Left - 8, level + 4, (k * step).ToString("0.##########", CultureInfo.InvariantCulture), "text-anchor=\"end\"");
        }

        if (high <= low)
        {
            Text(svg, Left - 8, toY(low) + 4, low.ToString("0.##########", CultureInfo.InvariantCulture), "text-anchor=\"end\"");
        }
    }

    /// <summary>The next of 1, 2 and 5 times a power of ten; 1 for nothing.</summary>
    private static double RoundStep(double least)
    {
        if (!(least > 0))
        {
            return 1;
        }

        double ten = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return ten * (least <= ten * (1 + 1e-9) ? 1 : least <= 2 * ten ? 2 : least <= 5 * ten ? 5 : 10);
    }

    private static void Text(StringBuilder svg, double x, double y, string words, string style = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {style}>{SecurityElement.Escape(words)}</text>\n");

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
