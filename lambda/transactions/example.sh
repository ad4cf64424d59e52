# a token, valid for 30 seconds, and a transaction with it
TOKEN=$(curl -s $URL/authentication/token -d username=alice -d password=password | sed 's/.*"token":"//; s/".*//')
curl $URL/transactions -d token=$TOKEN -d amount=2000 -d currency=GBP
