using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>How one device stands, on <c>…/dev/{device}/state</c>: retained, the last value wins. It counts only while its station is not offline.</summary>
/// <param name="State">One of the words below.</param>
/// <param name="Reason">What is wrong, one word of a link's events; null: nothing.</param>
/// <param name="Expected">Samples that should have come of its trace; null for a device without one.</param>
/// <param name="Received">Samples that came.</param>
/// <param name="Simulated">A simulator stands in for the device.</param>
public sealed record DeviceState(string State, string? Reason, DateTimeOffset Time, bool Simulated = false, long? Expected = null, long? Received = null)
{
    /// <summary>Where the TcPO2 measurement under its electrode stands; null for a device without one, and between steps.</summary>
    public ElectrodeState? Electrode { get; init; }

    /// <summary>Modem lines the device holds (CTS, DSR, RI, DCD); null where its line has none, and while it is not open.</summary>
    public IReadOnlyList<string>? ModemLines { get; init; }

    /// <summary>The line is open, and no whole frame has come yet.</summary>
    public const string Connected = "connected";

    /// <summary>Whole frames come.</summary>
    public const string Measuring = "measuring";
    public const string Disconnected = "disconnected";

    /// <summary>Connected, and nothing that can be used comes: what it said last is no value of now.</summary>
    public const string Fault = "fault";

    public Letter ToLetter(OutboxAddress address, string device)
    {
        ArgumentNullException.ThrowIfNull(address);
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("state", State);
            if (Reason is not null)
            {
                json.WriteString("reason", Reason);
            }

            if (Electrode is not null)
            {
                json.WriteStartObject("electrode");
                json.WriteString("phase", Electrode.Phase);
                json.WriteStartArray("flags");
                foreach (string flag in Electrode.Flags)
                {
                    json.WriteStringValue(flag);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            if (ModemLines is not null)
            {
                json.WriteStartArray("modem_lines");
                foreach (string line in ModemLines)
                {
                    json.WriteStringValue(line);
                }

                json.WriteEndArray();
            }

            if (Simulated)
            {
                json.WriteBoolean("simulated", true);
            }

            if (Expected is { } expected && Received is { } received)
            {
                json.WriteStartObject("samples");
                json.WriteNumber("expected", expected);
                json.WriteNumber("received", received);
                json.WriteEndObject();
            }

            json.WriteString("time", GatewayState.Stamp(Time));
            json.WriteEndObject();
        }

        return new Letter(Topics.DeviceState(address.Site, address.Gateway, device), body.ToArray(), "application/json", [], Expires: null, Retain: true, Qos: 1);
    }
}
