using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Cli;

/// <summary>The record of a station, for commands beside it. The station may run.</summary>
internal static class StationRecord
{
    /// <param name="data">Data folder; null: the usual one.</param>
    /// <exception cref="CommandFailure">There is none: a command makes no record.</exception>
    public static async Task<RecordDatabase> OpenAsync(string? data, CancellationToken cancel)
    {
        string file = Path.Combine(DataFolder.PathFor(data, Environment.GetEnvironmentVariable), "record.db");
        return File.Exists(file)
            ? await RecordDatabase.OpenAsync(file, cancel)
            : throw new CommandFailure("there is no record", file, "give the station's data folder with --data");
    }
}
