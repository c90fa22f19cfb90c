using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A site's own constants: said in words, carried on the tape, refused when they cannot be meant.</summary>
public sealed class SiteRulesTests
{
    [Fact]
    public void What_differs_is_named_with_what_it_was_and_the_rest_is_as_delivered()
    {
        RuleSet rules = Parse("\"plateau\": { \"hold_s\": 90, \"window_s\": 180 }, \"oxygen\": { \"chest_low_mmHg\": 45 }");
        Assert.Equal((90.0, 45, 20), (rules.Plateau.HoldS, rules.Oxygen.ChestLowMmHg, rules.Pressures.SegmentDropMmHg));
        Assert.Equal("2026.3, but plateau.hold_s 90 instead of 60; oxygen.chest_low_mmHg 45 instead of 40", rules.Named);
        Assert.Equal(["site-rule plateau.hold_s 90 instead of 60"], rules.FlagsOf("plateau"));
        Assert.Empty(rules.FlagsOf("flatness", "oxygen.highest_mmHg"));
        Assert.Equal(ClinicalRules.Default.Version, ClinicalRules.Default.Named);
    }

    [Fact]
    public void The_tape_carries_them_and_what_they_were()
    {
        RuleSet rules = Parse("\"plateau\": { \"hold_s\": 90 }");
        var settings = new ExaminationSettings { Channels = [], Protocol = [], RuleVersion = rules.Named, Rules = rules };
        ExaminationSettings read = SettingsRecord.Read(SettingsRecord.Write(settings)).Settings;
        Assert.Equal((90.0, rules.Named), (read.Rules.Plateau.HoldS, read.Rules.Named));
    }

    /// <summary>A tape of before had the plateau's constants alone.</summary>
    [Fact]
    public void A_tape_without_the_whole_set_is_still_read()
    {
        System.Text.Json.Nodes.JsonObject json = HandTapeSettings();
        System.Text.Json.Nodes.JsonObject plateau = (System.Text.Json.Nodes.JsonObject)json["rules"]!["plateau"]!.DeepClone();
        plateau["hold_s"] = 75;
        json.Remove("rules");
        json["plateau"] = plateau;
        Assert.Equal(75, ExaminationSettings.FromJson(json).Rules.Plateau.HoldS);
        json.Remove("plateau");
        Assert.Throws<FormatException>(() => ExaminationSettings.FromJson(json));
    }

    [Theory]
    [InlineData("[]", "does not say which version")]
    [InlineData("{}", "does not say which version")]
    [InlineData("{ \"version\": \"2026.1\" }", "is for version 2026.1 and this program has 2026.3")]
    [InlineData("{ \"version\": \"2026.3\", \"pressure\": {} }", "no section \"pressure\"")]
    [InlineData("{ \"version\": \"2026.3\", \"pressures\": 5 }", "an object of constants")]
    [InlineData("{ \"version\": \"2026.3\", \"plateau\": { \"hold\": 5 } }", "no constant \"plateau.hold\"")]
    [InlineData("{ \"version\": \"2026.3\", \"plateau\": { \"hold_s\": \"90\" } }", "\"90\" is no number")]
    [InlineData("{ \"version\": \"2026.3\", \"plateau\": { \"warm_up_s\": 10 } }", "10 is too far from the delivered 600")]
    [InlineData("{ \"version\": \"2026.3\", \"plateau\": { \"hold_s\": -60 } }", "-60 is too far")]
    [InlineData("{ \"version\": \"2026.3\", \"flatness\": { \"half_at_mm\": 0 } }", "0 is too far")]
    [InlineData("{ \"version\": \"2026.3\", \"flatness\": { \"half_at_mm\": 4.5 } }", "whole number")]
    [InlineData("{ \"version\": \"2026.3\", \"flatness\": { \"mild_above_ms\": 300 } }", "flatness.mild_above_ms is above flatness.moderate_above_ms")]
    [InlineData("{ \"version\": \"2026.3\", \"survival\": { \"months\": [12, 6] } }", "no list of rising numbers")]
    [InlineData("{ \"version\": \"2026.3\", \"survival\": { \"months\": 12 } }", "no list of rising numbers")]
    [InlineData("{ \"version\": \"2026.3\", \"overrides\": [] }", "no section \"overrides\"")]
    [InlineData("{ \"version\": \"2026.3\", ", "not valid JSON")]
    public void A_wrong_file_is_refused_and_named(string json, string why)
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => SiteRules.Parse(json, "own.json"));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("own.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_station_that_names_a_missing_file_does_not_start()
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => StationConfiguration.Parse("""{ "site": "a", "gateway": "b", "rules_file": "there-is-no-such.json" }""", "station.json"));
        Assert.Contains("there-is-no-such.json", failure.Message, StringComparison.Ordinal);
    }

    private static RuleSet Parse(string sections) => SiteRules.Parse("{ \"version\": \"2026.3\", " + sections + " }", "own.json");

    private static System.Text.Json.Nodes.JsonObject HandTapeSettings() => new ExaminationSettings { Channels = [], Protocol = [], RuleVersion = "test" }.ToJson();
}
