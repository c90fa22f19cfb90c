using System.Text.Json.Nodes;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What a changed <c>station.json</c> asks for, by when it can be done.</summary>
/// <remarks>An examination rests on what its tape said at the beginning: which devices, of which protocol, simulated or not, with which limits. None of that changes under it.
/// How a line is reached and how long its silence may last is no part of any finding and changes at once, by closing and opening that line.</remarks>
public sealed record ConfigurationChange
{
    /// <summary>Devices whose line or silence is another: closed and opened at once.</summary>
    public required IReadOnlyList<DeviceConfiguration> Lines { get; init; }

    /// <summary>Devices that are new, gone or of another kind, and the site's rules: the next examination has them so.</summary>
    public required IReadOnlyList<string> NextExamination { get; init; }

    /// <summary>Sections that are read when the station starts.</summary>
    public required IReadOnlyList<string> NextStart { get; init; }

    public bool IsEmpty => Lines.Count + NextExamination.Count + NextStart.Count == 0;

    public static ConfigurationChange Between(StationConfiguration before, StationConfiguration after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        List<DeviceConfiguration> lines = [];
        List<string> waiting = [.. before.Devices.Select(d => d.Name).Except(after.Devices.Select(d => d.Name))];
        foreach (DeviceConfiguration device in after.Devices)
        {
            if (before.Devices.FirstOrDefault(d => d.Name == device.Name) is not { } old || !IsSameDevice(old, device))
            {
                waiting.Add(device.Name);
            }
            else if (!IsSameLine(old, device))
            {
                lines.Add(device);
            }
        }

        if (before.Rules.Named != after.Rules.Named)
        {
            waiting.Add("rules_file");
        }

        (string Name, bool Same)[] sections =
        [
            ("site", before.Site == after.Site), ("gateway", before.Gateway == after.Gateway), ("consumers", before.Consumers.SequenceEqual(after.Consumers)),
            ("broker", before.Broker == after.Broker), ("page", before.Page == after.Page), ("storage", before.Storage == after.Storage),
            ("archive", before.Archive == after.Archive),
        ];
        return new ConfigurationChange { Lines = lines, NextExamination = waiting, NextStart = [.. sections.Where(s => !s.Same).Select(s => s.Name)] };
    }

    /// <summary>For a technical event: names of devices and sections alone.</summary>
    public string Words => $"at once: {Listed(Lines.Select(d => d.Name))}; with the next examination: {Listed(NextExamination)}; at the next start: {Listed(NextStart)}";

    public JsonObject ToJson() => new()
    {
        ["event"] = "configuration_changed",
        ["now"] = new JsonArray([.. Lines.Select(d => (JsonNode)d.Name)]),
        ["next_examination"] = new JsonArray([.. NextExamination.Select(n => (JsonNode)n)]),
        ["next_start"] = new JsonArray([.. NextStart.Select(n => (JsonNode)n)]),
    };

    private static string Listed(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "nothing";

    /// <summary>What the tape says of it is the same.</summary>
    private static bool IsSameDevice(DeviceConfiguration one, DeviceConfiguration other) => one with { Link = null, Silence = null } == other with { Link = null, Silence = null };

    private static bool IsSameLine(DeviceConfiguration one, DeviceConfiguration other) => one.Silence == other.Silence && Bare(one.Link) == Bare(other.Link);

    /// <summary>Without the place in the file: a device that moved up in the list is where it was.</summary>
    private static LinkSettings? Bare(LinkSettings? link) => link is null ? null : link with { ConfiguredAt = string.Empty };
}
