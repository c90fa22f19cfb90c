using System.Text.Json.Nodes;
using Vascular.Devices.Hx711;
using Vascular.Devices.Links;
using Vascular.Devices.Mcp320x;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>A pressure transducer: the converter it hangs on, and what its voltage means.</summary>
/// <param name="Converter">mcp3201, mcp3202, mcp3204, mcp3208 or hx711.</param>
/// <param name="Input">Of an MCP320x; 0 for an HX711.</param>
/// <param name="Gain">Of an HX711: 128, 64 or 32; 1 for an MCP320x.</param>
/// <param name="ReferenceMilliVolts">VREF or AVDD, mV.</param>
/// <param name="Calibration">Null while nobody has calibrated it: its voltage is read, and no cuff.</param>
public sealed record TransducerSettings(string Converter, int Input, int Gain, double ReferenceMilliVolts, TransducerCalibration? Calibration)
{
    /// <summary>What Linux's drivers call the parts, MCP320x first.</summary>
    public static IReadOnlyList<string> Parts { get; } = [.. Enum.GetValues<Mcp320xPart>().Select(Mcp320xCodec.Name)];

    /// <summary>The part, where the converter is an MCP320x.</summary>
    public Mcp320xPart? Part => Parts.ToList().IndexOf(Converter) is var index and >= 0 ? (Mcp320xPart)index : null;

    /// <summary>What is read of it over SPI.</summary>
    public SpiChip Chip => Part is { } part ? new SpiChip.Mcp320x(part, Input) : new SpiChip.Hx711(Gain);

    /// <summary>What is read of it behind an iiod: the scale, then the count.</summary>
    public IReadOnlyList<IiodAttribute> IiodAttributes =>
        (Part is { } part ? Mcp320xMonitor.Channel(part, Input) : Hx711Monitor.Channel(Gain)) is var channel ? [new(channel, "scale"), new(channel, "raw")] : [];

    /// <summary>A protocol's converter as it comes, for what does not depend on the site: nothing is measured with it.</summary>
    public static TransducerSettings Usual(string protocol) => protocol == ChannelSettings.Hx711 ? new("hx711", 0, 128, 5000, null) : new("mcp3208", 0, 1, 5000, null);

    /// <summary>What a simulated transducer is, where the site says nothing of it: 0.5 V at 0 mmHg and 10 mV a mmHg, or a bridge of 15 mV at 300 mmHg.</summary>
    public static TransducerSettings Simulated(string protocol) => Usual(protocol) with
    {
        Calibration = protocol == ChannelSettings.Hx711 ? new TransducerCalibration(0, 20, 300, "simulated") : new TransducerCalibration(500, 0.1, 300, "simulated"),
    };

    public TransducerMonitor NewMonitor() => Part is { } part
        ? new Mcp320xMonitor(part, Input, new TransducerOptions(ReferenceMilliVolts, Calibration))
        : new Hx711Monitor(Gain, new TransducerOptions(ReferenceMilliVolts, Calibration));

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["converter"] = Converter, ["gain"] = Gain, ["input"] = Input, ["reference_mV"] = ReferenceMilliVolts };
        if (Calibration is { } known)
        {
            json["calibration"] = new JsonObject
            {
                ["mmHg_per_mV"] = known.MmHgPerMilliVolt,
                ["range_mmHg"] = known.RangeMmHg,
                ["source"] = known.Source,
                ["zero_mV"] = known.ZeroMilliVolts,
            };
        }

        return json;
    }

    /// <exception cref="FormatException">Not whole, or of a value that cannot be.</exception>
    public static TransducerSettings FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var settings = new TransducerSettings(Required<string>(json, "converter"), Required<int>(json, "input"), Required<int>(json, "gain"), Required<double>(json, "reference_mV"), json["calibration"] is JsonObject known
            ? new TransducerCalibration(Required<double>(known, "zero_mV"), Required<double>(known, "mmHg_per_mV"), Required<int>(known, "range_mmHg"), Required<string>(known, "source"))
            : null);
        bool whole = settings.Part is { } part ? settings.Input >= 0 && settings.Input < Mcp320xCodec.Inputs(part) : settings.Converter == "hx711" && Hx711Codec.IsGain(settings.Gain);
        return whole && settings.ReferenceMilliVolts is >= TransducerOptions.LowestReferenceMilliVolts and <= TransducerOptions.HighestReferenceMilliVolts
            ? settings
            : throw new FormatException($"No transducer hangs on input {settings.Input} of a '{settings.Converter}' with gain {settings.Gain} and {settings.ReferenceMilliVolts} mV.");
    }

    private static T Required<T>(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out T? read)
        ? read
        : throw new FormatException($"The settings of a transducer lack '{key}'.");
}
