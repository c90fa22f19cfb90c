using System.Globalization;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing;

/// <summary>The beginning of a recorded trace as a small picture (SVG). A lost sample is a gap, never a line across it.</summary>
public static class TraceDrawing
{
    private const double Width = 700, Height = 90, Foot = 14;

    /// <summary>Longest part that is drawn, s: beats keep their shape at the width of a sheet.</summary>
    private const double Seconds = 8;

    public static string Of(FindingTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        int shown = (int)Math.Min(trace.Samples.Count, Math.Max(2, Seconds * 1e9 / Math.Max(1, trace.PeriodNs)));
        int[] counts = [.. trace.Samples.Take(shown).OfType<int>()];
        double whole = trace.Samples.Count * (trace.PeriodNs / 1e9), part = shown * (trace.PeriodNs / 1e9);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"trace-drawing\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"pulse trace\">");
        if (counts.Length > 0)
        {
            (double low, double high) = (counts.Min(), Math.Max(counts.Max(), counts.Min() + 1));
            StringBuilder path = new();
            bool pen = false;
            for (int i = 0; i < shown; i++)
            {
                if (trace.Samples[i] is { } count)
                {
                    path.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{i * Width / Math.Max(1, shown - 1):0.#} {(Height - Foot - 4) - ((count - low) / (high - low) * (Height - Foot - 8)):0.#}");
                }

                pen = trace.Samples[i] is not null;
            }

            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.3\"/>");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Height - 2}\" font-size=\"11\" fill=\"currentColor\">first {part:0.#} s of {whole:0.#} s, device counts, height fitted to the picture</text></svg>").ToString();
    }
}
