using System.Globalization;
using Vascular.Acquisition.Tests.Archive;

namespace Vascular.Bedside.Tests;

/// <summary>A digital foot in DICOM files of our own hand: textured bone, an arch and five digital arteries that fill one after another as gamma variates of known parameters.</summary>
internal static class FootRun
{
    private const double Shape = 3, Scale = 0.6;

    /// <summary>When contrast enters the picture, s.</summary>
    public const double Enters = 1.5;

    /// <summary>How much later the arteries' ends fill, s.</summary>
    public const double LastsS = 1.6;

    /// <summary>An angiogram.</summary>
    /// <param name="side">Rows and columns.</param>
    /// <param name="perSecond">Frames a second.</param>
    /// <param name="sooner">How much sooner contrast comes than at first, s.</param>
    /// <param name="more">Elements in place of these.</param>
    public static void Angiogram(string path, int side, int frames, double perSecond, string relationship = "LIN", int number = 1, double sooner = 0, IReadOnlyList<(uint Tag, string Vr, string Value)>? more = null)
    {
        double[] bone = Bone(side), delay = new double[side * side], depth = new double[side * side];
        Array.Fill(delay, double.NaN);
        Vessels(side, delay, depth);
        double top = Math.Pow(Shape * Scale, Shape) * Math.Exp(-Shape);
        double[] pass = new double[side * side];
        int at = -1;
        ulong random = 1;
        XaFile.Write(
            path, frames, side, side, relationship, [(0x00181063, "DS", (1000 / perSecond).ToString("0.####", CultureInfo.InvariantCulture))],
            [
                .. more ?? [],
                .. new (uint Tag, string, string)[] {
                (0x00080018, "UI", $"2.25.80{number}1"), (0x0020000D, "UI", $"2.25.80{number}2"), (0x0020000E, "UI", $"2.25.80{number}3"), (0x00080020, "DA", $"201709{10 + number}"),
                (0x0008103E, "LO", relationship == "LIN" ? "Foot DSA, seed case" : "Foot DSA, windowed copy"), (0x00180015, "CS", "FOOT"), (0x00200060, "CS", "R"), (0x00181510, "DS", "0"), (0x00181511, "DS", "30"),
                }.Where(t => more?.Any(m => m.Tag == t.Tag) != true),
            ],
            (frame, row, column) =>
            {
                if (frame != at)
                {
                    at = frame;
                    for (int k = 0; k < pass.Length; k++)
                    {
                        double since = frame / perSecond - Enters + sooner - delay[k];
                        pass[k] = since > 0 ? depth[k] / top * Math.Pow(since, Shape) * Math.Exp(-since / Scale) : 0;
                    }
                }

                random = random * 6364136223846793005 + 1442695040888963407;
                double noise = ((random >> 40) / (double)(1 << 24) + ((random >> 16) & 0xFFFFFF) / (double)(1 << 24) - 1) * 0.03;
                return (ushort)Math.Clamp(2400 * Math.Exp(-bone[row * side + column] - pass[row * side + column]) * (1 + noise), 1, 4094);
            });
    }

    /// <summary>A plain film of the same foot.</summary>
    /// <param name="modality">DX, or CR as older rooms send it.</param>
    public static void Film(string path, int side, string modality = "DX")
    {
        string number = modality == "DX" ? "2.25.890" : "2.25.900";
        double[] bone = Bone(side);
        XaFile.Write(
            path, 1, side, side, "LIN", [],
            [
                (0x00080016, "UI", modality == "DX" ? "1.2.840.10008.5.1.4.1.1.1.1" : "1.2.840.10008.5.1.4.1.1.1"), (0x00080018, "UI", number + "1"), (0x0020000D, "UI", number + "2"), (0x0020000E, "UI", number + "3"), (0x00080060, "CS", modality),
                (0x00080020, "DA", "20170908"), (0x0008103E, "LO", "Foot, plain film"), (0x00200060, "CS", "R"),
            ],
            (_, row, column) => (ushort)(2400 * Math.Exp(-1.5 * bone[row * side + column])));
    }

    /// <summary>Pixel of the arch, whose curve is known.</summary>
    public static (double X, double Y) Arch(int side) => (0.5 * side, 0.55 * side);

    private static double[] Bone(int side)
    {
        double[] bone = new double[side * side];
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                (double x, double y) = (column / (double)side, row / (double)side);
                double depth = 0.25 * Inside(x, y, 0.5, 0.32, 0.28, 0.30);
                for (int toe = 0; toe < 5; toe++)
                {
                    (double cx, double width) = (0.26 + 0.12 * toe, toe == 0 ? 0.055 : 0.038);
                    depth += 0.55 * Inside(x, y, cx, 0.66, width, 0.12) + 0.5 * Inside(x, y, cx - 0.005, 0.86, 0.9 * width, 0.075);
                }

                depth += 0.06 * Math.Sin(97 * x + 31 * y) * Math.Sin(53 * y - 41 * x) + 0.03 * Math.Sin(211 * x) * Math.Sin(173 * y);
                bone[row * side + column] = 0.15 + depth;
            }
        }

        return bone;
    }

    private static double Inside(double x, double y, double cx, double cy, double rx, double ry)
    {
        double r = (x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry);
        return r < 1 ? Math.Sqrt(1 - r) : 0;
    }

    private static void Vessels(int side, double[] delay, double[] depth)
    {
        void Tube(Func<double, (double X, double Y)> line, double width, double from, double to, double strength)
        {
            int steps = 4 * side;
            for (int k = 0; k <= steps; k++)
            {
                double share = k / (double)steps;
                ((double x, double y), double r) = (line(share), width * side * (1 - 0.4 * share));
                for (int row = (int)(y * side - r); row <= y * side + r; row++)
                {
                    for (int column = (int)(x * side - r); column <= x * side + r; column++)
                    {
                        double off = (Math.Pow(column - x * side, 2) + Math.Pow(row - y * side, 2)) / (r * r);
                        if (row >= 0 && row < side && column >= 0 && column < side && off < 1 && Math.Sqrt(1 - off) * strength is var d && d > depth[row * side + column])
                        {
                            depth[row * side + column] = d;
                            delay[row * side + column] = from + (to - from) * share;
                        }
                    }
                }
            }
        }

        Tube(s => (0.62 - 0.1 * s, 0.02 + 0.42 * s), 0.018, 0, 0.4, 0.75);
        Tube(s => (0.52 - 0.26 * Math.Sin(1.3 * (s - 0.5)) * 1.6, 0.44 + 0.11 * Math.Sin(Math.PI * s)), 0.014, 0.4, 0.7, 0.6);
        for (int toe = 0; toe < 5; toe++)
        {
            // the second toe's artery is closed half way: a dark digit beside the others
            (double x, double end) = (0.21 + 0.12 * toe, toe == 1 ? 0.72 : 0.93);
            Tube(s => (x + 0.02 * Math.Sin(6 * s), 0.53 + (end - 0.53) * s), 0.009, 0.7, LastsS, toe == 3 ? 0.25 : 0.45);
        }
    }
}
