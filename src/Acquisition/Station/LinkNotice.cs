using System.Text.Json.Nodes;
using Vascular.Acquisition.Publishing;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What the person at the bedside must hear of a link, as it happens: one JSON line.</summary>
/// <param name="Event">One of the words below.</param>
/// <param name="AtNs">Tape time, ns.</param>
/// <param name="Detail">Connected: the path. Else what happened, where, and what to do, in words; null where the event says it all.</param>
/// <param name="Identity">Connected: who answered, where the line tells it.</param>
public sealed record LinkNotice(string Link, string Event, long AtNs, string? Detail, string? Identity = null)
{
    /// <summary>A simulator stands in for the device.</summary>
    public bool Simulated { get; init; }

    public const string Connected = "connected";

    /// <summary>The line was open and was lost.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>The line could not be opened; tried again until it can. Told once for each reason.</summary>
    public const string NotConnected = "not_connected";
    public const string Silent = "silent";
    public const string Heard = "heard";
    public const string WriteFailed = "write_failed";

    /// <summary>The first whole frame of the configured protocol since the line opened or was heard again: from here on it streams.</summary>
    public const string Identified = "identified";

    /// <summary>Nothing of the format before was understood: another is tried from here on.</summary>
    public const string FormatTried = "format_tried";

    /// <summary>Bytes come, and none of them make a frame of the configured protocol.</summary>
    public const string NotUnderstood = "not_understood";

    /// <summary>Whole frames come again.</summary>
    public const string Understood = "understood";

    /// <summary>Whole frames come, and between them bytes that were refused.</summary>
    public const string BytesRefused = "bytes_refused";

    /// <summary>The modem lines the device drives, where its line has them: known, or changed.</summary>
    public const string ModemLines = "modem_lines";

    /// <summary>Modem lines: those the device holds; null with every other event.</summary>
    public SerialInputs? Inputs { get; init; }

    /// <summary>The TcPO2 measurement under an electrode passed to another phase, or something happened to it.</summary>
    public const string Electrode = "electrode";

    /// <summary>Electrode: where it stands; null when its step was stopped.</summary>
    public ElectrodeState? State { get; init; }

    /// <summary>Short names, as they stand beside a plug: CTS, DSR, RI, DCD.</summary>
    public static IReadOnlyList<string> WordsOf(SerialInputs inputs) =>
        [.. Lines.Where(one => inputs.HasFlag(one.Line)).Select(one => one.Word)];

    private static readonly (SerialInputs Line, string Word)[] Lines =
        [(SerialInputs.ClearToSend, "CTS"), (SerialInputs.DataSetReady, "DSR"), (SerialInputs.Ring, "RI"), (SerialInputs.CarrierDetect, "DCD")];

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["link"] = Link, ["event"] = Event, ["at_s"] = Math.Round(AtNs / 1e9, 3) };
        if (Detail is not null)
        {
            json[Event == Connected ? "path" : "detail"] = Detail;
        }

        if (Simulated)
        {
            json["simulated"] = true;
        }

        if (Identity is not null)
        {
            json["identity"] = Identity;
        }

        if (Inputs is { } inputs)
        {
            json["lines"] = new JsonArray([.. WordsOf(inputs).Select(word => (JsonNode)word)]);
        }

        if (Event == Electrode)
        {
            json["phase"] = State?.Phase ?? "stopped";
            json["flags"] = new JsonArray([.. (State?.Flags ?? []).Select(flag => (JsonNode)flag)]);
        }

        return json;
    }
}
