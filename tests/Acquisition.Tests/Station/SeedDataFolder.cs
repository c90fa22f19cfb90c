using Microsoft.Data.Sqlite;
using Vascular.KillHost;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A data folder in which the seed examination was played to its end: tape in several segments, record database, keys.</summary>
public sealed class SeedDataFolder : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("seed-data-").FullName;

    public string Data => Path.Combine(_root, "data");

    public string Keys => Path.Combine(_root, "keys");

    public string Tape => Path.Combine(Data, "tapes", SeedStation.Examination.ToString("D"));

    /// <summary>Paths of the segments, in order.</summary>
    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Tape, "*.tape").Order(StringComparer.Ordinal)];

    public async Task InitializeAsync()
    {
        using SeedStation station = await SeedStation.OpenAsync(Data, Keys);
        station.Play(new MortalCounts(), static (_, _, _) => { }, static _ => { });
    }

    public Task DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A copy of the tape alone, in a folder that bears the examination's id.</summary>
    public string Copy(string name)
    {
        string copy = Path.Combine(_root, name, Path.GetFileName(Tape));
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Tape))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}
