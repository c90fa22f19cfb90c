using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>The chart as a file: written whole beside it, then put in its place, so that a reader never sees half of one.</summary>
public sealed class ChartFile(string path)
{
    private ResultChart chart = ResultChart.Empty;

    /// <summary>Takes a bundle that was stored before this run, without writing.</summary>
    public void Remember(JsonElement bundle) => chart = ChartBundle.Read(bundle) is { } message ? chart.Next(message) : chart;

    /// <summary>Takes a bundle and writes the chart.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Take(ReadOnlyMemory<byte> bundle)
    {
        chart = chart.Next(bundle);
        Write();
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllBytes(path + ".new", chart.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }
}
