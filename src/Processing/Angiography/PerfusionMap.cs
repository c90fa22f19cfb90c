using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Angiography;

/// <summary>One figure at every pixel.</summary>
public enum PerfusionParameter
{
    ArrivalS,
    TimeToPeakFromArrivalS,
    Peak,
    WashInPerS,
    WidthS,
    Area,
    MeanTransitMomentS,
}

/// <summary>The perfusion figures of a run pixel by pixel: each pixel is read as a region of its own.</summary>
/// <remarks>Worked in bands of rows, so that memory does not grow with the run: at most 16 MiB of densities are held. A pixel without contrast, without a
/// statement or saturated is NaN, never 0; so is a width that is only a bound, and an area over a gap: a colour cannot carry the doubt that a region's figures carry.</remarks>
public sealed class PerfusionMap
{
    private const int BandBytes = 16 << 20;

    /// <summary>Pixels worked on side by side: few enough for their curves to stay in a processor's cache.</summary>
    private const int BlockPixels = 128;

    /// <summary>Share of saturated readings from which a pixel says nothing.</summary>
    private const double MostSaturated = 0.05;

    private readonly float[][] values;

    private PerfusionMap(float[][] values, int rows, int columns) => (this.values, Rows, Columns) = (values, rows, columns);

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Row by row; NaN where the pixel says nothing.</summary>
    public ReadOnlySpan<float> this[PerfusionParameter parameter] => values[(int)parameter];

    /// <param name="progress">Told the share done, 0 to 1, after each band; may be null.</param>
    public static PerfusionMap Of(SubtractedRun run, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        int frames = run.Kept.Count, columns = run.Columns;
        int height = Math.Clamp(BandBytes / (sizeof(float) * frames * columns), 1, run.Rows);
        float[][] values = [.. Enum.GetValues<PerfusionParameter>().Select(_ => new float[run.Rows * columns])];
        float[] band = new float[frames * height * columns];
        ushort[] saturated = new ushort[height * columns];
        var curve = new TimeDensityCurve(run.Seconds, run.MaskFrames.Count, run.Kept);
        CurveBlock block = curve.Block(BlockPixels);
        for (int from = 0; from < run.Rows; from += height)
        {
            int rows = Math.Min(height, run.Rows - from), count = rows * columns;
            Array.Clear(saturated);
            for (int k = 0; k < frames; k++)
            {
                run.Density(run.Kept[k], from, rows, band.AsSpan(k * count, count));
                run.Saturation(run.Kept[k], from, rows, saturated);
            }

            for (int first = 0; first < count; first += BlockPixels)
            {
                int pixels = Math.Min(BlockPixels, count - first);
                for (int k = 0; k < frames; k++)
                {
                    block.Put(k, band.AsSpan(k * count + first, pixels));
                }

                block.Smooth();
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    PerfusionResult figures = saturated[first + pixel] > MostSaturated * frames ? PerfusionResult.Refused(RunRefusal.Saturated) : curve.ReadPixel(block, pixel);
                    Put(values, from * columns + first + pixel, figures);
                }
            }

            progress?.Invoke((from + rows) / (double)run.Rows);
        }

        return new PerfusionMap(values, run.Rows, columns);
    }

    private static void Put(float[][] values, int pixel, in PerfusionResult figures)
    {
        bool has = figures.State == MeasurementState.Measured;
        bool isWhole = has && !figures.Flags.HasFlag(PerfusionFlags.TailCutOff), isBridged = figures.Flags.HasFlag(PerfusionFlags.GapInTail);
        float Value(double? figure, bool says = true) => has && says && figure is { } number ? (float)number : float.NaN;
        values[(int)PerfusionParameter.ArrivalS][pixel] = Value(figures.ArrivalS);
        values[(int)PerfusionParameter.TimeToPeakFromArrivalS][pixel] = Value(figures.TimeToPeakFromArrivalS);
        values[(int)PerfusionParameter.Peak][pixel] = Value(figures.Peak);
        values[(int)PerfusionParameter.WashInPerS][pixel] = Value(figures.WashInPerS);
        values[(int)PerfusionParameter.WidthS][pixel] = Value(figures.WidthS, isWhole);
        values[(int)PerfusionParameter.Area][pixel] = Value(figures.Area, !isBridged);
        values[(int)PerfusionParameter.MeanTransitMomentS][pixel] = Value(figures.MeanTransitMomentS, !isBridged);
    }
}

/// <summary>The words of <see cref="PerfusionParameter"/>: a name for files and JSON, and a title with its unit for a person.</summary>
public static class PerfusionParameters
{
    private static readonly (string Name, string Title, string Unit)[] Words =
    [
        ("arrival_s", "arrival, from the first frame", "s"),
        ("time_to_peak_from_arrival_s", "time to peak, from arrival", "s"),
        ("peak", "peak density", ""),
        ("wash_in_per_s", "wash-in, density a second", "/s"),
        ("width_s", "width at half peak", "s"),
        ("auc", "area under the curve, density s", "s"),
        ("mean_transit_moment_s", "mean transit (first moment from arrival)", "s"),
    ];

    public static string Name(this PerfusionParameter parameter) => Words[(int)parameter].Name;

    public static string Title(this PerfusionParameter parameter) => Words[(int)parameter].Title;

    public static string Unit(this PerfusionParameter parameter) => Words[(int)parameter].Unit;

    /// <summary>The parameter of a name; null when it is none.</summary>
    public static PerfusionParameter? Of(string name) => Array.FindIndex(Words, w => w.Name == name) is >= 0 and var at ? (PerfusionParameter)at : null;
}
