using System.Text;
using System.Text.Json;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Where a patient may be read: in the body of a result, in the record and in the consumer's store, and nowhere else.</summary>
public sealed class PrivacyTests
{
    private static readonly string[] Planted = ["PLANTED-4711", "PLANTED-ORDER-4712", "PLANTED-ACC-4713", "Planted reason 4714", "2.999.4715"];

    [Fact]
    public async Task What_names_a_patient_stands_in_no_topic_no_property_no_log_line_and_no_file_name()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string stored = Path.Combine(played.Root, "consumer", "results.jsonl");
        PlayedStation.Program recorder = await played.RecordAsync(stored);
        PlayedStation.Program station = await played.ServeAsync(PlantedScenario(played.Root));
        Assert.Equal(0, await recorder.EndAsync());
        await played.AskAsync("ping", $"{{\"session\":\"{Planted[0]}\"}}", [1]);
        await played.AskAsync("resend", $"{{\"session\":\"{Planted[0]}\"}}", [2]);
        await played.UntilAsync("bedside-box-01", m => m.Correlation is [2]);
        List<Overheard> messages = await played.UntilAsync("ehr-bridge", m => m.Correlation is [2]);
        Assert.Equal(0, await station.StopAsync());
        foreach (string name in new[] { "ehr-bridge", "monitor" })
        {
            messages.AddRange(await played.UntilAsync(name, m => m.Topic.EndsWith("/bedside-box-01/state", StringComparison.Ordinal) && m.Body.Contains("stopped", StringComparison.Ordinal)));
        }

        // the plants are there at all, or nothing below would mean anything
        Overheard result = Assert.Single(messages, m => m.Topic.EndsWith("/result/session", StringComparison.Ordinal));
        Assert.All(Planted, p => Assert.Contains(p, result.Body, StringComparison.Ordinal));
        Assert.Contains("refused", messages.Last(m => m.Topic.Contains("/reply/", StringComparison.Ordinal)).Body, StringComparison.Ordinal);

        foreach (Overheard message in messages)
        {
            Clean(message.Topic, message.Topic);
            Clean("properties", string.Join('\n', message.Properties.Select(p => $"{p.Name}: {p.Value}")) + message.ContentType + message.ResponseTopic);
            Clean(message.Topic, message == result ? "" : message.Body);
        }

        Clean("the station's output", station.Said);
        Clean("the recorder's output", recorder.Said);
        Assert.Contains("stored ", recorder.Said, StringComparison.Ordinal);
        Assert.Contains("amputated", station.Said, StringComparison.OrdinalIgnoreCase); // the results table was printed
        Files(played, stored);
    }

    /// <summary>Names of everything written, and what stands readable in it.</summary>
    private static void Files(PlayedStation played, string stored)
    {
        List<string> readable = [];
        foreach (string path in Directory.EnumerateFileSystemEntries(played.Root, "*", SearchOption.AllDirectories))
        {
            Clean("a file name", Path.GetRelativePath(played.Root, path));
            if (File.Exists(path) && Holds(File.ReadAllBytes(path)))
            {
                readable.Add(Path.GetRelativePath(played.Root, path));
            }
        }

        // the tape is there, and enciphered
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(played.Data, "tapes"), "*", SearchOption.AllDirectories), f => new FileInfo(f).Length > 10_000);
        Assert.All(readable, f => Assert.True(f.StartsWith("data/record.db", StringComparison.Ordinal) || f is "consumer/results.jsonl" or "planted.yaml", $"readable in {f}"));

        // and in what the consumer keeps, in the bundle alone
        string line = Assert.Single(File.ReadAllLines(stored));
        using JsonDocument result = JsonDocument.Parse(line);
        foreach (JsonProperty property in result.RootElement.EnumerateObject().Where(p => p.Name != "bundle"))
        {
            Clean(property.Name, property.Value.GetRawText());
        }
    }

    private static bool Holds(byte[] content) =>
        Planted.Any(p => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(p)) >= 0 || content.AsSpan().IndexOf(Encoding.Unicode.GetBytes(p)) >= 0);

    private static void Clean(string where, string text) =>
        Assert.All(Planted, p => Assert.False(text.Contains(p, StringComparison.OrdinalIgnoreCase), $"{p} stands in {where}"));

    /// <summary>The seed scenario with the plants where it names patient and order.</summary>
    private static string PlantedScenario(string folder)
    {
        using Stream seed = typeof(ScenarioFile).Assembly.GetManifestResourceStream("scenarios/seed-2017-09-pressures.yaml")!;
        using StreamReader reader = new(seed);
        string text = reader.ReadToEnd();
        foreach ((string theirs, string plant) in new[]
        {
            ("identifier: SEED-2017-09", $"identifier: {Planted[0]}"),
            ("placer: ORD-77", $"placer: {Planted[1]}"),
            ("accession: ACC-77", $"accession: {Planted[2]}"),
            ("reason: \"Ulcers and pain of the first and second right toe; known peripheral arterial disease\"", $"reason: \"{Planted[3]}\""),
            ("system: \"urn:oid:2.999.1.1\"", $"system: \"urn:oid:{Planted[4]}\""),
        })
        {
            Assert.Contains(theirs, text, StringComparison.Ordinal);
            text = text.Replace(theirs, plant, StringComparison.Ordinal);
        }

        string file = Path.Combine(folder, "planted.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
