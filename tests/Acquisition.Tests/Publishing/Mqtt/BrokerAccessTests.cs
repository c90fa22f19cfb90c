using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

public sealed class BrokerAccessTests
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private readonly BrokerAccess access = new(["ehr-bridge", "archive"]);

    [Theory]
    [InlineData("bedside-box-01", Box + "/state", true)]
    [InlineData("bedside-box-01", Box + "/audit", true)]
    [InlineData("bedside-box-01", Box + "/dev/tcpo2-1/state", true)]
    [InlineData("bedside-box-01", Box + "/dev/tcpo2-1/sig/ppg", true)]
    [InlineData("bedside-box-01", Box + "/result/session", true)]
    [InlineData("bedside-box-01", Box + "/event/link", true)]
    [InlineData("bedside-box-01", Box + "/reply/ehr-bridge", true)]
    [InlineData("bedside-box-01", Box + "/ack/ehr-bridge", false)]
    [InlineData("bedside-box-01", Box + "/cmd/resend", false)]
    [InlineData("bedside-box-01", Box, false)]
    [InlineData("bedside-box-01", Box + "/result", false)]
    [InlineData("bedside-box-01", Box + "/result/session/x", false)]
    [InlineData("bedside-box-01", Box + "/other/x", false)]
    [InlineData("bedside-box-01", "vascular/v1/lab-a/bedside-box-02/result/session", false)]
    [InlineData("bedside-box-01", "vascular/v2/lab-a/bedside-box-01/state", false)]
    [InlineData("bedside-box-01", "vascular/v1//bedside-box-01/state", false)]
    [InlineData("bedside-box-01", "vascular/v1/+/bedside-box-01/state", false)]
    [InlineData("bedside-box-01", "$SYS/x", false)]
    [InlineData("bedside-box-01", "", false)]
    [InlineData("ehr-bridge", Box + "/ack/ehr-bridge", true)]
    [InlineData("ehr-bridge", Box + "/ack/archive", false)]
    [InlineData("ehr-bridge", Box + "/cmd/resend", true)]
    [InlineData("ehr-bridge", Box + "/cmd/ping", true)]
    [InlineData("ehr-bridge", Box + "/cmd/stop", false)]
    [InlineData("monitor", Box + "/cmd/ping", false)]
    [InlineData("ehr-bridge", Box + "/result/session", false)]
    [InlineData("archive", Box + "/ack/archive", true)]
    [InlineData("stranger", Box + "/ack/stranger", false)]
    [InlineData("monitor", Box + "/state", false)]
    public void Writing_is_for_the_branch_of_the_own_name(string name, string topic, bool allowed) =>
        Assert.Equal(allowed, access.MayWrite(name, topic));

    [Theory]
    [InlineData("ehr-bridge", Box + "/result/session", true)]
    [InlineData("ehr-bridge", Box + "/state", true)]
    [InlineData("ehr-bridge", Box + "/event/link", true)]
    [InlineData("ehr-bridge", Box + "/audit", false)]
    [InlineData("ehr-bridge", Box + "/dev/tcpo2-1/sig/ppg", false)]
    [InlineData("ehr-bridge", Box + "/ack/ehr-bridge", false)]
    [InlineData("ehr-bridge", Box + "/reply/ehr-bridge", true)]
    [InlineData("ehr-bridge", Box + "/reply/archive", false)]
    [InlineData("archive", Box + "/result/session", true)]
    [InlineData("monitor", Box + "/result/session", false)]
    [InlineData("monitor", Box + "/state", true)]
    [InlineData("monitor", Box + "/dev/tcpo2-1/state", true)]
    [InlineData("monitor", Box + "/dev/tcpo2-1/sig/ppg", true)]
    [InlineData("monitor", Box + "/event/link", false)]
    [InlineData("audit-sink", Box + "/audit", true)]
    [InlineData("audit-sink", Box + "/result/session", false)]
    [InlineData("bedside-box-01", Box + "/cmd/resend", true)]
    [InlineData("bedside-box-01", Box + "/ack/ehr-bridge", true)]
    [InlineData("bedside-box-01", Box + "/result/session", false)]
    [InlineData("bedside-box-02", Box + "/ack/ehr-bridge", false)]
    [InlineData("stranger", Box + "/state", false)]
    [InlineData("stranger", Box + "/result/session", false)]
    public void Reading_is_judged_by_the_topic_of_the_message(string name, string topic, bool allowed) =>
        Assert.Equal(allowed, access.MayRead(name, topic));

    [Theory]
    [InlineData(Box + "/state", true)]
    [InlineData(Box + "/dev/tcpo2-1/state", true)]
    [InlineData(Box + "/result/session", false)]
    [InlineData(Box + "/audit", false)]
    public void Only_states_are_retained(string topic, bool allowed) => Assert.Equal(allowed, BrokerAccess.MayRetain(topic));
}
