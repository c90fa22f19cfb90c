using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vascular.Acquisition.Records.Migrations
{
    /// <inheritdoc />
    public partial class ResultParts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_Examination_ResultVersion",
                table: "Outbox");

            migrationBuilder.AddColumn<int>(
                name: "Part",
                table: "Outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<int>(
                name: "Parts",
                table: "Outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<bool>(
                name: "SentWithoutSamples",
                table: "AcceptedFindings",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Examination_ResultVersion_Part",
                table: "Outbox",
                columns: new[] { "Examination", "ResultVersion", "Part" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_Examination_ResultVersion_Part",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Part",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "Parts",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "SentWithoutSamples",
                table: "AcceptedFindings");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Examination_ResultVersion",
                table: "Outbox",
                columns: new[] { "Examination", "ResultVersion" },
                unique: true);
        }
    }
}
