using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Simulators.Scripts;
using YamlDotNet.RepresentationModel;

namespace Vascular.Simulators.Tests;

/// <summary>The JSON schema says what the reader takes: a validator of other people holds every scenario, and every way to spoil one, against it.</summary>
public sealed class ScenarioSchemaTests
{
    /// <summary>What no schema can say: that a name used in one place stands in another. The reader's words for it.</summary>
    private static readonly string[] BeyondASchema =
    [
        "under devices", "has no cuff", "under truth.arteries", "does not finish with", "does more behind", "needs an arm with", "is not a number from 0 to 3",
        // 2017-13-45 has the form of a date
        "was not recognized as a valid DateTime",
    ];

    [OutsideFact]
    public async Task Every_scenario_is_valid()
    {
        foreach ((string name, bool valid, string? fault) in await ValidateAsync([.. ScenarioFile.Names().Select(n => (n, Text(n)))]))
        {
            Assert.True(valid, $"{name}: {fault}");
        }
    }

    [OutsideFact]
    public async Task Reader_and_schema_refuse_the_same()
    {
        HashSet<string> seen = [];
        List<(string Name, string Yaml)> spoilt = [.. ScenarioFile.Names().SelectMany(name => Spoilt(name, seen))];
        Assert.True(spoilt.Count > 300, $"{spoilt.Count}");
        List<string> disagreed = [];
        int refused = 0;
        foreach ((string name, bool valid, string? fault) in await ValidateAsync(spoilt))
        {
            string? reader = Refusal(spoilt.First(s => s.Name == name).Yaml);
            refused += reader is null ? 0 : 1;
            if (valid != (reader is null) && !(valid && BeyondASchema.Any(reader!.Contains)))
            {
                disagreed.Add($"{name}: reader: {reader ?? "takes it"}; schema: {fault ?? "takes it"}");
            }
        }

        Assert.Empty(disagreed);
        Assert.True(refused > spoilt.Count / 2, $"{refused} of {spoilt.Count}");
    }

    /// <summary>Faults and ends are small languages of their own: what is in them, what is nearly, and what is in that of another device.</summary>
    [OutsideFact]
    public async Task Reader_and_schema_take_the_same_faults_and_ends()
    {
        string[] faults =
        [
            "drop=0.01", "flip@3", "duplicate=1", "reorder=.5+2", "stall@30+5", "burst+2", "mid-frame", "mid-frame=0.5", "disconnect@92", "disconnect=0.001+3",
            "disconnect", "disconnect+3", "melt", "drop=2", "drop=", "drop@", "drop@-1", "drop+", "Drop=0.1", "drop =0.1", "stall@3+5+6", "drop=0.1@3", "midframe",
        ];
        string[] ends = ["pty", "tcp", "tcp:1", "tcp:65535", "rfc2217:4001", "udp:24105", "mllp", "mllp:2575", "iiod", "pty:1", "tcp:0", "tcp:65536", "tcp:99999", "tcp:01", "tcp:", "udp:x", "TCP", "serial"];
        string text = Text("every-device");
        List<(string Name, string Yaml)> made =
        [
            .. faults.Select(f => (f, text.Replace("faults: [\"drop@20\"]", $"faults: [\"{f}\"]", StringComparison.Ordinal))),
            .. new[] { "nonin7, on: R.TOE", "intellivue, on: R.FOOT.DORSUM", "pcd01", "tcm4-analog, electrode_celsius: 44, range_mmHg: 200, on: R.FOOT.DORSUM" }.SelectMany(kind => ends.Select(e =>
                ($"{kind} {e}", text.Replace("devices:\n", $"devices:\n  more-1: {{ kind: {kind}, end: \"{e}\" }}\n", StringComparison.Ordinal)))),
        ];
        int taken = 0;
        foreach ((string name, bool valid, string? fault) in await ValidateAsync(made))
        {
            string? refusal = Refusal(made.Single(m => m.Name == name).Yaml);
            Assert.True(valid == refusal is null, $"{name}: reader: {refusal ?? "takes it"}; schema: {fault ?? "takes it"}");
            taken += valid ? 1 : 0;
        }

        Assert.Equal(10 + 5 + 6 + 5 + 1, taken);
    }

    /// <summary>A scenario with one thing wrong, once for each thing: key misspelt, key missing, text for a number, too small, too large.</summary>
    private static IEnumerable<(string Name, string Yaml)> Spoilt(string scenario, HashSet<string> seen)
    {
        foreach (string path in Paths(Root(scenario), string.Empty).ToList())
        {
            // one of each kind is enough: steps and actions of a list look alike
            string kind = string.Join('/', path.Split('/').Select(p => int.TryParse(p, CultureInfo.InvariantCulture, out _) ? "#" : p.Contains('.', StringComparison.Ordinal) ? "SITE" : p));
            if (!seen.Add(kind))
            {
                continue;
            }

            foreach (string how in new[] { "misspelt", "missing", "banana", "-1", "99999999" })
            {
                YamlMappingNode root = Root(scenario);
                if (Spoil(root, path.Split('/'), how))
                {
                    using StringWriter text = new();
                    new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
                    yield return ($"{kind} {how}", text.ToString());
                }
            }
        }
    }

    private static IEnumerable<string> Paths(YamlNode node, string at)
    {
        IEnumerable<(string Key, YamlNode Node)> children = node switch
        {
            YamlMappingNode map => map.Children.Select(c => (c.Key.ToString(), c.Value)),
            YamlSequenceNode list => list.Children.Select((c, i) => (i.ToString(CultureInfo.InvariantCulture), c)),
            _ => [],
        };
        return children.SelectMany(c => Paths(c.Node, $"{at}{c.Key}/").Prepend($"{at}{c.Key}"));
    }

    private static bool Spoil(YamlNode root, string[] path, string how)
    {
        YamlNode at = root;
        foreach (string step in path[..^1])
        {
            at = at is YamlSequenceNode list ? list.Children[int.Parse(step, CultureInfo.InvariantCulture)] : ((YamlMappingNode)at).Children[new YamlScalarNode(step)];
        }

        if (at is not YamlMappingNode map)
        {
            return false;
        }

        YamlScalarNode key = new(path[^1]);
        YamlNode value = map.Children[key];
        if (how is not ("misspelt" or "missing"))
        {
            if (value is not YamlScalarNode)
            {
                return false;
            }

            map.Children[key] = new YamlScalarNode(how);
            return true;
        }

        map.Children.Remove(key);
        if (how == "misspelt")
        {
            map.Children.Add(new YamlScalarNode(path[^1] + "s"), value);
        }

        return true;
    }

    private static string? Refusal(string yaml)
    {
        try
        {
            ScenarioFile.Read(new StringReader(yaml), "spoilt.yaml");
            return null;
        }
        catch (ScenarioFault fault)
        {
            return fault.Message;
        }
    }

    private static YamlMappingNode Root(string scenario)
    {
        YamlStream yaml = [];
        yaml.Load(new StringReader(Text(scenario)));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string Text(string name)
    {
        using Stream stream = typeof(ScenarioFile).Assembly.GetManifestResourceStream($"scenarios/{name}.yaml")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static async Task<List<(string Name, bool Valid, string? Fault)>> ValidateAsync(IReadOnlyList<(string Name, string Yaml)> scenarios)
    {
        string folder = Directory.CreateTempSubdirectory("scenarios").FullName;
        try
        {
            string schema = Path.Combine(folder, "schema.json");
            using (Stream packed = typeof(ScenarioFile).Assembly.GetManifestResourceStream("scenarios/schema.json")!)
            using (FileStream file = File.Create(schema))
            {
                packed.CopyTo(file);
            }

            string lines = Path.Combine(folder, "scenarios.jsonl");
            await File.WriteAllLinesAsync(lines, scenarios.Select(s => JsonSerializer.Serialize(new { name = s.Name, yaml = s.Yaml })));
            (int exit, string output) = await OutsideTools.RunAsync("check-scenarios.mjs", schema, lines);
            Assert.True(exit == 0, output);
            return
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                    .Select(answer => (answer.GetProperty("name").GetString()!, answer.GetProperty("valid").GetBoolean(), answer.GetProperty("fault").GetString())),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
