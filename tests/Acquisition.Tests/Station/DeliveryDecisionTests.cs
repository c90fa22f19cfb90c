using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A person's word about a rejected result.</summary>
public class DeliveryDecisionTests
{
    private const string Id = "0195c2a0-0000-4000-8000-0000000000aa";

    [Theory]
    [InlineData("resend", true)]
    [InlineData("close", false)]
    public void A_whole_decision_is_read(string word, bool resend) => Assert.Equal(
        new DeliveryDecision(Guid.Parse(Id), "ehr-bridge", resend, "entered by hand"),
        DeliveryDecision.Read($$"""{"kind":"rejected","message":"{{Id}}","consumer":"ehr-bridge","decision":"{{word}}","reason":"entered by hand"}"""));

    [Theory]
    [InlineData("""{"kind":"accept","step":"toe.right"}""")]
    [InlineData("[]")]
    public void Any_other_line_is_none(string line) => Assert.Null(DeliveryDecision.Read(line));

    [Theory]
    [InlineData("""{"kind":"rejected","consumer":"e","decision":"close","reason":"r"}""", "'message' is the id of a message, as the station printed it")]
    [InlineData($$"""{"kind":"rejected","message":"{{Id}}","decision":"close","reason":"r"}""", "a decision says its 'consumer'")]
    [InlineData($$"""{"kind":"rejected","message":"{{Id}}","consumer":"e","decision":"forget","reason":"r"}""", "'decision' is resend or close")]
    [InlineData($$"""{"kind":"rejected","message":"{{Id}}","consumer":"e","decision":"close","reason":" "}""", "a decision says its 'reason'")]
    public void A_decision_without_its_reason_is_refused(string line, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => DeliveryDecision.Read(line)).Message);
}
