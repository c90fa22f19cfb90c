using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

public sealed class ResultsTableTests
{
    [Theory]
    [InlineData("", "not sent")]
    [InlineData("1:Stored", "delivered to ehr-bridge")]
    [InlineData("1:Owed", "owed to ehr-bridge")]
    [InlineData("1:Stored 2:Stored", "version 2: delivered to ehr-bridge")]
    [InlineData("1:Stored 2:Owed 3:Owed", "version 2: owed to ehr-bridge; version 3: owed to ehr-bridge")]
    [InlineData("1:Rejected 2:Stored", "version 1: rejected by ehr-bridge")]
    public void What_is_owed_is_said_by_version_and_consumer(string rows, string said) =>
        Assert.Equal(said, ResultsTable.Delivery([.. rows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Row)]));

    private static OutboxStatus Row(string text)
    {
        int version = int.Parse(text.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
        ConsumerState state = Enum.Parse<ConsumerState>(text.Split(':')[1]);
        OutboxState row = state switch { ConsumerState.Owed => OutboxState.Owed, ConsumerState.Rejected => OutboxState.Held, _ => OutboxState.Settled };
        return new OutboxStatus(version, Guid.Empty, Guid.Empty, version, row, [new OutboxConsumer { Consumer = "ehr-bridge", State = state }]);
    }
}
