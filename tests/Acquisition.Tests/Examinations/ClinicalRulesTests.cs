using System.Text.Json;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Tests.Examinations;

public sealed class ClinicalRulesTests
{
    private static readonly string File = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "rules.json"));

    [Fact]
    public void The_service_carries_the_rules_of_the_file_and_their_version()
    {
        Assert.Equal("2026.3", ClinicalRules.Default.Version);
        Assert.Equal(0.5, ClinicalRules.Default.Plateau.SlopeMmHgPerMin);
        Assert.Equal([6, 12, 24], ClinicalRules.Default.Survival.Months);
        Assert.Equal(ClinicalRules.Default.Plateau, ClinicalRules.Parse(File).Plateau);
    }

    [Theory]
    [InlineData("\"slope_mmHg_per_min\"", "\"slope\"")]
    [InlineData("\"hold_s\": 60,", "")]
    [InlineData("\"hold_s\": 60", "\"hold_s\": \"60\"")]
    [InlineData("\"hold_s\": 60", "\"hold_s\": null")]
    [InlineData("\"version\": \"2026.3\"", "\"version\": null")]
    public void A_slip_in_the_file_is_refused(string written, string slip)
    {
        Assert.Contains(written, File, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => ClinicalRules.Parse(File.Replace(written, slip, StringComparison.Ordinal)));
    }
}
