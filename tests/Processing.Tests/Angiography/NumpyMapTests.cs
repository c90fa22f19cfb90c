using Vascular.Benchmarks;
using Vascular.Processing.Angiography;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>The maps beside those that numpy makes of the same run by the same definitions, in code of its own; with the comparison of the benchmark.</summary>
public sealed class NumpyMapTests : IDisposable
{
    private const int Rows = 60, Columns = 88, Bits = 12;
    private static readonly int[] Mask = [2, 3, 4, 5];
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "benchmarks", "perfusion_map.py");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("numpy-map-");

    public void Dispose() => folder.Delete(recursive: true);

    [NumpyFact]
    public void Every_figure_of_every_pixel_is_numpys_and_a_map_that_differs_is_found()
    {
        XaPhantom phantom = Foot();
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description with { MaskOperation = MaskOperation.Average, MaskFrames = Mask }, phantom);
        float[][] ours = PerfusionYardstick.Planes(PerfusionMap.Of(run!));
        YardstickRun yardstick = YardstickRun.Write(folder, phantom, Mask, run!.Seconds, Bits);
        (float[][] numpy, _) = PerfusionYardstick.Numpy(Script, folder, rounds: 1);
        MapDifference[] differences = [.. ours.Select((plane, k) => PerfusionYardstick.Compare(plane, numpy[k]))];
        Assert.All(differences, d => Assert.True(d.IsWithin(PerfusionYardstick.Tolerance), $"{d}"));
        // the early square and the late one; of the saturated one, of the one that came too late and of plain bone nothing is said
        Assert.All(differences, d => Assert.InRange(d.Both, 2 * 20 * 20 - 40, 2 * 20 * 20 + 40));

        int inside = (5 * Columns) + 5;
        float was = ours[(int)PerfusionParameter.Area][inside];
        foreach (float other in (float[])[was + (float)(3 * PerfusionYardstick.Tolerance * differences[(int)PerfusionParameter.Area].Highest), float.NaN])
        {
            ours[(int)PerfusionParameter.Area][inside] = other;
            Assert.False(PerfusionYardstick.Compare(ours[(int)PerfusionParameter.Area], numpy[(int)PerfusionParameter.Area]).IsWithin(PerfusionYardstick.Tolerance));
        }

        // another mask is another map
        File.WriteAllText(YardstickRun.PathIn(folder), System.Text.Json.JsonSerializer.Serialize(yardstick with { Mask = [2, 3, 4] }));
        (float[][] masked, _) = PerfusionYardstick.Numpy(Script, folder, rounds: 1);
        Assert.False(PerfusionYardstick.Compare(numpy[(int)PerfusionParameter.Peak], masked[(int)PerfusionParameter.Peak]).IsWithin(PerfusionYardstick.Tolerance));
    }

    [Fact]
    public void Maps_that_say_nothing_agree_on_nothing()
    {
        float[] nothing = [float.NaN, float.NaN];
        Assert.False(PerfusionYardstick.Compare(nothing, nothing).IsWithin(1));
        Assert.False(PerfusionYardstick.Compare([1, 2], [1]).IsWithin(1));
        Assert.True(PerfusionYardstick.Compare([1, float.NaN], [1, float.NaN]).IsWithin(0));
    }

    /// <summary>Frames at two rates; contrast that comes early, late, too late, and a square at the end of the range.</summary>
    private static XaPhantom Foot()
    {
        double[] seconds = [.. Enumerable.Range(0, 40).Select(k => k / 7.5), .. Enumerable.Range(1, 20).Select(k => (39 / 7.5) + (k / 3.0))];
        var phantom = new XaPhantom(seconds, Rows, Columns) { Noise = 0.01, Bone = 0, Bits = Bits };
        phantom.Vessels.Add((4, 4, 20, 20, XaPhantom.Gamma(0.4, 1.5, 3, 0.6)));
        phantom.Vessels.Add((30, 4, 20, 20, XaPhantom.Gamma(0.2, 3, 2, 1.1)));
        phantom.Vessels.Add((4, 34, 20, 20, XaPhantom.Gamma(0.4, 9, 3, 2)));
        phantom.Vessels.Add((56, 4, 6, 6, _ => -2));
        return phantom;
    }

    private sealed class NumpyFactAttribute : FactAttribute
    {
        public NumpyFactAttribute() => Skip = Directory.Exists("/usr/lib/python3/dist-packages/numpy") ? null : "numpy is not installed (apt-get install python3-numpy)";
    }
}
