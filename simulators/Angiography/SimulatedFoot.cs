using System.Runtime.InteropServices;

namespace Vascular.Simulators.Angiography;

/// <summary>An injection into a foot: two arteries, their arch and branches to the toes, darkening one after another as gamma variates. Beer and Lambert, then counts.</summary>
/// <remarks>Shape, delays and densities are invented. The dorsal artery fills late and thinly, as in the seed's case its pressure is low.</remarks>
internal sealed class SimulatedFoot
{
    public const int Rows = 512, Columns = 512, Frames = 60;
    public const double FramesPerSecond = 5;

    private const double Light = 2400, Noise = 0.012;

    // seconds from the first frame to contrast at the ankle; shape and scale of its passage
    private const double InjectedS = 2, Shape = 3, ScaleS = 0.8;

    // from, to (in shares of the picture), half width in pixels, delay at both ends in seconds, density
    private static readonly (double X0, double Y0, double X1, double Y1, double Half, double From, double To, double Density)[] Vessels =
    [
        (0.20, 0.02, 0.24, 0.30, 4.5, 0.0, 0.4, 0.55), (0.24, 0.30, 0.34, 0.52, 4.0, 0.4, 0.8, 0.50), (0.34, 0.52, 0.62, 0.66, 3.5, 0.8, 1.4, 0.45),
        (0.62, 0.66, 0.90, 0.70, 2.5, 1.4, 2.2, 0.35), (0.62, 0.66, 0.88, 0.78, 2.0, 1.4, 2.4, 0.30),
        (0.38, 0.02, 0.42, 0.28, 2.5, 0.6, 1.4, 0.25), (0.42, 0.28, 0.70, 0.52, 2.0, 1.4, 2.6, 0.20), (0.70, 0.52, 0.92, 0.62, 1.5, 2.6, 3.6, 0.15),
    ];

    /// <summary>The run, little endian, 12 bits of 16.</summary>
    public static byte[] Take(int seed)
    {
        (double[] background, short[] vessel, double[] along) = Draw(seed);
        var random = new Random(seed);
        byte[] bytes = new byte[2 * Rows * Columns * Frames];
        Span<ushort> pixels = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
        for (int frame = 0; frame < Frames; frame++)
        {
            Span<ushort> picture = pixels.Slice(frame * Rows * Columns, Rows * Columns);
            for (int k = 0; k < picture.Length; k++)
            {
                double counts = background[k];
                if (vessel[k] >= 0)
                {
                    (_, _, _, _, _, double early, double late, double density) = Vessels[vessel[k]];
                    counts *= Math.Exp(-density * Passage(frame / FramesPerSecond - InjectedS - early - along[k] * (late - early)));
                }

                double spread = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
                picture[k] = (ushort)Math.Clamp(Math.Round(counts * (1 + 2 * Noise * spread)), 0, 4095);
            }
        }

        return bytes;
    }

    /// <summary>Gamma variate with its top at 1.</summary>
    private static double Passage(double since) => since <= 0 ? 0 : Math.Pow(since / (Shape * ScaleS), Shape) * Math.Exp(Shape - since / ScaleS);

    private static (double[] Background, short[] Vessel, double[] Along) Draw(int seed)
    {
        var texture = new Random(seed + 1);
        double[] lattice = [.. Enumerable.Range(0, 64 * 64).Select(_ => texture.NextDouble() - 0.5)];
        double[] background = new double[Rows * Columns], along = new double[Rows * Columns];
        short[] vessel = new short[Rows * Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                int k = row * Columns + column;
                background[k] = Light * Math.Exp(-0.5 * Foot(column / (double)Columns, row / (double)Rows) - 0.15 * lattice[row / 8 * 64 + column / 8]);
                (vessel[k], along[k]) = At(column, row);
            }
        }

        return (background, vessel, along);
    }

    /// <summary>Thickness of the foot, 0 outside.</summary>
    private static double Foot(double x, double y)
    {
        double leg = x is > 0.08 and < 0.48 && y < 0.6 ? 1 : 0, sole = y is > 0.4 and < 0.9 && x is > 0.1 && y > 0.25 + 0.3 * x ? 1 : 0;
        return Math.Max(leg, sole);
    }

    private static (short Vessel, double Along) At(int column, int row)
    {
        for (short v = 0; v < Vessels.Length; v++)
        {
            (double x0, double y0, double x1, double y1, double half, _, _, _) = Vessels[v];
            (double dx, double dy) = ((x1 - x0) * Columns, (y1 - y0) * Rows);
            (double px, double py) = (column - x0 * Columns, row - y0 * Rows);
            double along = Math.Clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1);
            double off = Math.Pow(px - along * dx, 2) + Math.Pow(py - along * dy, 2);
            if (off <= half * half)
            {
                return (v, along);
            }
        }

        return (-1, 0);
    }
}
