using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vascular.Processing.Angiography;

/// <summary>The time-density curves of neighbouring pixels, frame by frame, smoothed side by side: what a map needs of every pixel, contrast or not.</summary>
/// <remarks>Four pixels go through each operation together, and no two of them ever meet in a sum: every number is the one that <see cref="TimeDensityCurve"/> finds for the pixel alone, to the bit.</remarks>
internal sealed class CurveBlock
{
    private const int Lanes = 4;

    private readonly SmoothCurve smoother;
    private readonly double[] density;
    private readonly double[] smooth;
    private readonly double[] squares;
    private readonly double[] highest;
    private readonly double[] lowest;
    private readonly double[] top;

    /// <param name="pixels">Pixels in a block, a multiple of four.</param>
    public CurveBlock(SmoothCurve smoother, int pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels % Lanes, 0, nameof(pixels));
        (this.smoother, Pixels) = (smoother, pixels);
        (density, smooth) = (new double[smoother.Count * pixels], new double[smoother.Count * pixels]);
        (squares, highest, lowest, top) = (new double[pixels], new double[pixels], new double[pixels], new double[pixels]);
    }

    /// <summary>Pixels a block has room for.</summary>
    public int Pixels { get; }

    /// <summary>Sum of the squares of what the smoothing took off a pixel's curve.</summary>
    public double Squares(int pixel) => squares[pixel];

    /// <summary>Highest smoothed density of a pixel.</summary>
    public double Highest(int pixel) => highest[pixel];

    /// <summary>Lowest smoothed density of a pixel.</summary>
    public double Lowest(int pixel) => lowest[pixel];

    /// <summary>The frame its highest stands in; of equal ones the first.</summary>
    public int Top(int pixel) => (int)top[pixel];

    /// <summary>Takes one frame's densities of the pixels, as many as there are or fewer.</summary>
    public void Put(int frame, ReadOnlySpan<float> densities)
    {
        Span<double> row = density.AsSpan(frame * Pixels, Pixels);
        for (int pixel = 0; pixel < densities.Length; pixel++)
        {
            row[pixel] = densities[pixel];
        }
    }

    /// <summary>Smooths all curves once every frame is there.</summary>
    public void Smooth()
    {
        Array.Clear(squares);
        Array.Clear(top);
        for (int frame = 0; frame < smoother.Count; frame++)
        {
            ReadOnlySpan<double> weights = smoother.Weights(frame, out int from);
            for (int pixel = 0; pixel < Pixels; pixel += Lanes)
            {
                Vector256<double> sum = default;
                for (int j = 0; j < weights.Length; j++)
                {
                    sum += Vector256.Create(weights[j]) * At(density, (from + j) * Pixels + pixel);
                }

                Vector256<double> off = At(density, frame * Pixels + pixel) - sum, most = At(highest, pixel), least = At(lowest, pixel);
                Vector256<double> over = frame == 0 ? Vector256<double>.AllBitsSet : Vector256.GreaterThan(sum, most);
                Vector256<double> under = frame == 0 ? Vector256<double>.AllBitsSet : Vector256.LessThan(sum, least);
                sum.StoreUnsafe(ref smooth[frame * Pixels + pixel]);
                (At(squares, pixel) + off * off).StoreUnsafe(ref squares[pixel]);
                Vector256.ConditionalSelect(over, sum, most).StoreUnsafe(ref highest[pixel]);
                Vector256.ConditionalSelect(under, sum, least).StoreUnsafe(ref lowest[pixel]);
                Vector256.ConditionalSelect(over, Vector256.Create((double)frame), At(top, pixel)).StoreUnsafe(ref top[pixel]);
            }
        }
    }

    /// <summary>One pixel's curve and its smoothed curve.</summary>
    public void Copy(int pixel, Span<double> curve, Span<double> smoothed)
    {
        for (int frame = 0; frame < smoother.Count; frame++)
        {
            (curve[frame], smoothed[frame]) = (density[frame * Pixels + pixel], smooth[frame * Pixels + pixel]);
        }
    }

    private static Vector256<double> At(double[] values, int index) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(values), (nuint)index);
}
