using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a site says of a device beyond its protocol, as it stands on the tape; null: the protocol's own default.</summary>
public sealed record DeviceOptions
{
    public static DeviceOptions Usual { get; } = new();

    /// <summary>Nonin: when nothing of the configured format is understood, formats 7, 2 and 8 are tried in turn.</summary>
    public bool? FallBack { get; init; }

    /// <summary>Nonin 9560 and 3150: the format is commanded when the line opens.</summary>
    public bool? SetFormat { get; init; }

    /// <summary>Nonin format 7: frames in a row before a position is believed, 2 to 25.</summary>
    public int? AlignmentWindows { get; init; }

    /// <summary>Nonin: status bit 6 says that the sensor is unplugged (OEM III, Xpod); false for the 9560.</summary>
    public bool? SensorDisconnectedBit { get; init; }

    /// <summary>PulseSensor: samples a second of the sketch, 1 to 1000.</summary>
    public int? SamplesPerSecond { get; init; }

    /// <summary>PulseSensor: bits of the board's converter, 10 or 12.</summary>
    public int? Bits { get; init; }

    /// <summary>PulseSensor: the board has more than one sensor.</summary>
    public bool? SeveralSensors { get; init; }

    /// <summary>MicroPressure sensor by its registers: pressure at the end of its output, 50 to 1500 mmHg.</summary>
    public int? RangeMmHg { get; init; }

    /// <summary>Only what is said; null when nothing is.</summary>
    public JsonObject? ToJson()
    {
        var json = new JsonObject();
        Put("alignment_windows", AlignmentWindows);
        Put("bits", Bits);
        Put("fall_back", FallBack);
        Put("range_mmHg", RangeMmHg);
        Put("samples_per_second", SamplesPerSecond);
        Put("sensor_disconnected_bit", SensorDisconnectedBit);
        Put("set_format", SetFormat);
        Put("several_sensors", SeveralSensors);
        return json.Count == 0 ? null : json;

        void Put<T>(string name, T? value)
            where T : struct
        {
            if (value is { } said)
            {
                json[name] = JsonValue.Create(said);
            }
        }
    }

    public static DeviceOptions FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new DeviceOptions
        {
            AlignmentWindows = (int?)json["alignment_windows"],
            Bits = (int?)json["bits"],
            FallBack = (bool?)json["fall_back"],
            RangeMmHg = (int?)json["range_mmHg"],
            SamplesPerSecond = (int?)json["samples_per_second"],
            SensorDisconnectedBit = (bool?)json["sensor_disconnected_bit"],
            SetFormat = (bool?)json["set_format"],
            SeveralSensors = (bool?)json["several_sensors"],
        };
    }
}
