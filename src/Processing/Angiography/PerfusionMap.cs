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
/// statement or saturated is NaN, never 0.</remarks>
public sealed class PerfusionMap
{
    private const int BandBytes = 16 << 20;

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
        float[] frame = new float[height * columns];
        float[] band = new float[height * columns * frames];
        ushort[] saturated = new ushort[height * columns];
        double[] density = new double[frames];
        var curve = new TimeDensityCurve(run.Seconds, run.MaskFrames.Count);
        for (int from = 0; from < run.Rows; from += height)
        {
            int rows = Math.Min(height, run.Rows - from), count = rows * columns;
            Array.Clear(saturated);
            for (int k = 0; k < frames; k++)
            {
                run.Density(run.Kept[k], from, rows, frame);
                run.Saturation(run.Kept[k], from, rows, saturated);
                for (int pixel = 0; pixel < count; pixel++)
                {
                    band[pixel * frames + k] = frame[pixel];
                }
            }

            for (int pixel = 0; pixel < count; pixel++)
            {
                for (int k = 0; k < frames; k++)
                {
                    density[k] = band[pixel * frames + k];
                }

                PerfusionResult figures = saturated[pixel] > MostSaturated * frames ? PerfusionResult.Refused(RunRefusal.Saturated) : curve.Read(density);
                Put(values, from * columns + pixel, figures);
            }

            progress?.Invoke((from + rows) / (double)run.Rows);
        }

        return new PerfusionMap(values, run.Rows, columns);
    }

    private static void Put(float[][] values, int pixel, in PerfusionResult figures)
    {
        bool has = figures.State == MeasurementState.Measured;
        float Value(double? figure) => has && figure is { } number ? (float)number : float.NaN;
        values[(int)PerfusionParameter.ArrivalS][pixel] = Value(figures.ArrivalS);
        values[(int)PerfusionParameter.TimeToPeakFromArrivalS][pixel] = Value(figures.TimeToPeakFromArrivalS);
        values[(int)PerfusionParameter.Peak][pixel] = Value(figures.Peak);
        values[(int)PerfusionParameter.WashInPerS][pixel] = Value(figures.WashInPerS);
        values[(int)PerfusionParameter.WidthS][pixel] = Value(figures.WidthS);
        values[(int)PerfusionParameter.Area][pixel] = Value(figures.Area);
        values[(int)PerfusionParameter.MeanTransitMomentS][pixel] = Value(figures.MeanTransitMomentS);
    }
}
