using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>One configured link and the device behind it, as the fold may know it.</summary>
/// <param name="Name">The link id everywhere.</param>
/// <param name="Protocol">As configured: <c>nonin7</c>, <c>par</c>, <c>tcm4-analog</c>.</param>
/// <param name="Simulated">True when a simulator stands in for the device: everything it gave carries HTEST.</param>
/// <param name="CuffLimitMmHg">For a cuff module: the pressure it cannot exceed; stored with every non-compressible reading.</param>
public sealed record ChannelSettings(string Name, string Protocol, bool Simulated, int? CuffLimitMmHg)
{
    public const string Tcm4 = "tcm4-analog";

    /// <summary>A Honeywell MicroPressure sensor on a hand-operated cuff.</summary>
    public const string Mprls = "mprls0025pa";

    /// <summary>A pressure transducer on an MCP3201, 3202, 3204 or 3208 converter.</summary>
    public const string Mcp320x = "mcp320x";

    /// <summary>A pressure transducer's bridge on an HX711 converter.</summary>
    public const string Hx711 = "hx711";

    /// <summary>For a pressure transducer: its converter, and what its voltage means; null elsewhere.</summary>
    public TransducerSettings? Transducer { get; init; }

    /// <summary>For a TcPO2 monitor: how it is wired and used; null elsewhere.</summary>
    public SkinSensorSettings? SkinSensor { get; init; }

    /// <summary>What the site says of the device beyond its protocol.</summary>
    public DeviceOptions Options { get; init; } = DeviceOptions.Usual;
}

/// <summary>Every value the fold may read, as it stands on the tape. What is not here cannot influence a finding.</summary>
public sealed record ExaminationSettings
{
    public required IReadOnlyList<ChannelSettings> Channels { get; init; }

    public required IReadOnlyList<ProtocolStep> Protocol { get; init; }

    /// <summary>Version of the clinical rule set.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>Half width (95 %) assumed for the module's oscillometric systolic pressure, mmHg. Assumed: 1.96 times the 8 mmHg standard
    /// deviation that ISO 81060-2 criterion 1 allows a validated device; not measured by us. Configurable.</summary>
    public double ArmHalfWidthMmHg { get; init; } = 16;

    /// <summary>Half width (95 %) assumed for the cuff's pressure itself, mmHg. Assumed: the usual 3 mmHg tolerance of a cuff gauge. Configurable.</summary>
    public double CuffHalfWidthMmHg { get; init; } = 3;

    /// <summary>Heart period assumed for the end point's resolution while no device has given a pulse rate, s. Assumed.</summary>
    public double AssumedHeartPeriodSeconds { get; init; } = 1;

    /// <summary>Every constant of the clinical rules, the site's own values included.</summary>
    public RuleSet Rules { get; init; } = ClinicalRules.Default;

    public bool Simulated => Channels.Any(c => c.Simulated);

    /// <summary>Number of a link on the tape, from 1; 0 when it is not configured.</summary>
    public ushort LinkNumber(string name)
    {
        for (int i = 0; i < Channels.Count; i++)
        {
            if (Channels[i].Name == name)
            {
                return (ushort)(i + 1);
            }
        }

        return 0;
    }

    public ProtocolStep? Step(string key) => Protocol.FirstOrDefault(s => s.Key == key);

    public JsonObject ToJson() => new()
    {
        ["arm_half_width_mmHg"] = ArmHalfWidthMmHg,
        ["assumed_heart_period_s"] = AssumedHeartPeriodSeconds,
        ["channels"] = new JsonArray([.. Channels.Select(Json)]),
        ["cuff_half_width_mmHg"] = CuffHalfWidthMmHg,
        ["methods"] = new JsonObject(Methods.All.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Version))),
        ["protocol"] = new JsonArray([.. Protocol.Select(s => s.ToJson())]),
        ["rule_version"] = RuleVersion,
        ["rules"] = ClinicalRules.ToJson(Rules),
    };

    /// <exception cref="FormatException">The settings on the tape are not whole.</exception>
    public static ExaminationSettings FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ExaminationSettings
        {
            ArmHalfWidthMmHg = Required<double>(json, "arm_half_width_mmHg"),
            AssumedHeartPeriodSeconds = Required<double>(json, "assumed_heart_period_s"),
            CuffHalfWidthMmHg = Required<double>(json, "cuff_half_width_mmHg"),
            RuleVersion = Required<string>(json, "rule_version"),
            Rules = json["rules"] is JsonObject rules
                ? ClinicalRules.OfTape(rules)
                : ClinicalRules.Default with { Plateau = ClinicalRules.PlateauOf(json["plateau"] as JsonObject ?? throw new FormatException("Settings lack 'rules'.")) },
            Channels = [.. Objects(json, "channels").Select(Channel)],
            Protocol = [.. Objects(json, "protocol").Select(ProtocolStep.FromJson)],
        };
    }

    private static JsonObject Json(ChannelSettings channel)
    {
        var json = new JsonObject
        {
            ["cuff_limit_mmHg"] = channel.CuffLimitMmHg,
            ["name"] = channel.Name,
            ["protocol"] = channel.Protocol,
            ["simulated"] = channel.Simulated,
        };
        if (channel.Options.ToJson() is { } options)
        {
            json["options"] = options;
        }

        if (channel.SkinSensor is { } sensor)
        {
            json["skin_sensor"] = sensor.ToJson();
        }

        if (channel.Transducer is { } transducer)
        {
            json["transducer"] = transducer.ToJson();
        }

        return json;
    }

    private static ChannelSettings Channel(JsonObject json) => new(
        Required<string>(json, "name"), Required<string>(json, "protocol"), Required<bool>(json, "simulated"), (int?)json["cuff_limit_mmHg"])
    {
        SkinSensor = json["skin_sensor"] is JsonObject sensor ? SkinSensorSettings.FromJson(sensor) : null,
        Transducer = json["transducer"] is JsonObject transducer ? TransducerSettings.FromJson(transducer) : null,
        Options = json["options"] is JsonObject options ? DeviceOptions.FromJson(options) : DeviceOptions.Usual,
    };

    private static T Required<T>(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out T? read)
        ? read
        : throw new FormatException($"Settings lack '{key}'.");

    private static IEnumerable<JsonObject> Objects(JsonObject json, string key) =>
        (json[key] as JsonArray ?? throw new FormatException($"Settings lack '{key}'.")).OfType<JsonObject>();
}
