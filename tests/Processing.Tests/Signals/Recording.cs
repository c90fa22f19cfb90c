using System.Globalization;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Reads the recordings that lie beside the tests.</summary>
internal static class Recording
{
    public static readonly (string Name, double RateHz)[] WithReferenceBeats =
    [
        ("bidmc_01", 125), ("bidmc_02", 125), ("bidmc_04", 125), ("bidmc_19", 125), ("bidmc_24", 125),
        ("bidmc_30", 125), ("bidmc_46", 125), ("bidmc_52", 125), ("neurokit_rest5", 100), ("challenge2015_v102s", 250),
    ];

    public static double[] Column(string path, int column) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "recordings", path)).Skip(1)
            .Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];

    public static (double TimeS, bool Doubtful)[] ReferenceBeats(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "recordings", "ppg", name + "_beats.csv")).Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (double.Parse(cells[0], CultureInfo.InvariantCulture), cells[1] == "doubtful"))];
}
