using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Station;

/// <summary>One thing that is missing or wrong on this machine, and what mends it.</summary>
/// <param name="Subject">What it is about, one word: configuration, keys, data, room, port, device, broker, clock, angiography, locale.</param>
public sealed record Complaint(string Subject, string What, string Where, string Mend)
{
    /// <summary>One line, as every error of a command: what, where, what to do.</summary>
    public string Line => $"{Subject}: {What}, {Where}, {Mend}";

    public JsonObject ToJson() => new() { ["subject"] = Subject, ["what"] = What, ["where"] = Where, ["mend"] = Mend };
}
