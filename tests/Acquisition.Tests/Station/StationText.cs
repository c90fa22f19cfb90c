using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A station file as text, for the tests that read it.</summary>
internal static class StationText
{
    public const string Whole = """
        {
          "site": "lab-a",
          "gateway": "bedside-box-01",
          "consumers": ["ehr-bridge"],
          "broker": { "embedded": true, "host": "localhost", "port": 18883 },
          "devices": [
            { "name": "ppg-1", "protocol": "nonin7", "link": { "kind": "serial", "path": "/dev/serial/by-id/usb-A", "baud": 9600 } },
            { "name": "cuff-1", "protocol": "par", "link": { "kind": "tcp", "host": "192.0.2.10", "port": 4001 }, "options": { "cuff_limit_mmHg": 254 } }
          ]
        }
        """;

    public static LinkSettings Link(string protocol, string link) =>
        Parse($$"""{ "site": "a", "gateway": "b", "devices": [ { "name": "one", "protocol": "{{protocol}}", "link": {{link}} } ] }""").Devices[0].Link!;

    public static StationConfiguration Parse(string json) => StationConfiguration.Parse(json, "station.json");

    public static DeviceConfiguration Monitor(string options) => Device(
        d => d["protocol"] = "tcm4-analog", d => d["link"] = JsonNode.Parse("""{ "kind": "iiod", "host": "192.0.2.20" }"""), d => d["options"] = JsonNode.Parse(options));

    public static DeviceConfiguration Transducer(string protocol, string link, string options) =>
        Device(d => d["protocol"] = protocol, d => d["link"] = JsonNode.Parse(link), d => d["options"] = JsonNode.Parse(options));

    public static string Refusal(string json) => Assert.Throws<CommandFailure>(() => Parse(json)).Message;

    public static DeviceConfiguration Device(params Action<JsonNode>[] changes)
    {
        JsonNode station = JsonNode.Parse(Whole)!;
        foreach (Action<JsonNode> change in changes)
        {
            change(station["devices"]![0]!);
        }

        return Parse(station.ToJsonString()).Devices[0];
    }
}
