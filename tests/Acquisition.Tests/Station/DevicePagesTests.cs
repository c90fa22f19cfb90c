using System.Text.RegularExpressions;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Every protocol a station takes has a page, and the list of pages names every protocol.</summary>
public sealed partial class DevicePagesTests
{
    [Fact]
    public void Every_protocol_stands_in_the_list_with_a_page_that_is_there()
    {
        string folder = Path.Combine(Root(), "docs", "devices");
        string[] rows = [.. File.ReadLines(Path.Combine(folder, "README.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal))];
        foreach (DeviceProtocol protocol in DeviceProtocol.All)
        {
            string row = Assert.Single(rows, r => r.Split('|')[1].Contains($"`{protocol.Name}`", StringComparison.Ordinal));
            string page = File.ReadAllText(Path.Combine(folder, Link().Match(row).Groups[1].Value));
            Assert.Contains("| item |", page, StringComparison.Ordinal);
            Assert.Matches("read", page);
            string simulated = row.Split('|')[4];
            Assert.True(SimulatedDevices.Knows(protocol.Name) == (simulated.Trim() == "yes" || simulated.Contains($"`{protocol.Name}`", StringComparison.Ordinal)), $"{protocol.Name}: {simulated}");
        }
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Acquisition.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Acquisition.sln is above no folder of the test.");
        }

        return folder;
    }

    [GeneratedRegex(@"\]\(([a-z0-9-]+\.md)\)")]
    private static partial Regex Link();
}
